using System.Text.Json;
using System.Text.Json.Nodes;
using Dapper;
using Glovebox.Api.Runs;
using Microsoft.Data.Sqlite;

namespace Glovebox.Storage.Sqlite.Runs;

/// <summary>The searchable values of runs beside their documents: written in the same transaction, so that they cannot disagree.</summary>
internal static class RunValues
{
    /// <summary>What of a condition can be looked up here: single values one level deep.</summary>
    public static readonly string[] Groups = ["metrics", "params", "config"];

    public static void Replace(SqliteConnection connection, SqliteTransaction transaction, Run run)
    {
        connection.Execute("delete from run_values where run = @id", new { id = run.Id }, transaction);
        foreach (var (group, values) in new[] { ("metrics", run.Metrics), ("params", run.Params), ("config", run.Config) })
            foreach (var (name, value) in values)
                Add(connection, transaction, run.Id, $"{group}.{name}", value);
    }

    private static void Add(SqliteConnection connection, SqliteTransaction transaction, string run, string field, JsonNode? value)
    {
        double? number = value?.GetValueKind() == JsonValueKind.Number ? double.Parse(value.ToJsonString()) : null;
        var text = value?.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;
        if (number is null && text is null) return;
        var row = new DynamicParameters();
        row.Add("field", field);
        row.Add("number", number);
        row.Add("text", text);
        row.Add("run", run);
        connection.Execute("insert into run_values (field, number, text, run) values (@field, @number, @text, @run)", row, transaction);
    }
}
