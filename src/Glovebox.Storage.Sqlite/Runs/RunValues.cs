using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api.Runs;
using Microsoft.Data.Sqlite;

namespace Glovebox.Storage.Sqlite.Runs;

/// <summary>
/// The values of runs whose names nobody knows beforehand, one a row, and tags: written in their document's transaction, so that they cannot
/// disagree.
/// </summary>
internal static class RunValues
{
    public const string Tags = "tags";

    /// <summary>What of a condition can be looked up here: single values one level deep.</summary>
    public static readonly string[] Groups = ["metrics", "params", "config", "variables"];

    /// <summary>The run's rows, of which there are none.</summary>
    public static void Add(SqliteConnection connection, SqliteTransaction transaction, Run run)
    {
        using var insert = connection.CreateCommand();
        insert.Transaction = transaction;
        insert.CommandText =
            "insert into run_values (run, field, place, number, text, truth, started_at) values (@run, @field, @place, @number, @text, @truth, @startedAt)";
        foreach (var name in new[] { "@run", "@field", "@place", "@number", "@text", "@truth", "@startedAt" }) insert.Parameters.AddWithValue(name, DBNull.Value);
        insert.Parameters["@run"].Value = run.Id;
        insert.Parameters["@startedAt"].Value = run.StartedAt.ToUnixTimeMilliseconds();
        foreach (var (group, values) in new[] { ("metrics", run.Metrics), ("params", run.Params), ("config", run.Config) })
            foreach (var (name, value) in values) Add(insert, $"{group}.{name}", 0, value);
        foreach (var (name, value) in run.Variables) Add(insert, $"variables.{name}", 0, JsonValue.Create(value));
        for (var i = 0; i < run.Tags.Count; i++) Add(insert, Tags, i, JsonValue.Create(run.Tags[i]));
    }

    /// <summary>Removes the run's rows; before its own, which says where they are.</summary>
    public static void Remove(SqliteConnection connection, SqliteTransaction transaction, string run)
    {
        using var delete = connection.CreateCommand();
        delete.Transaction = transaction;
        delete.CommandText = "delete from run_values where started_at = (select started_at from runs where id = @run) and run = @run";
        delete.Parameters.AddWithValue("@run", run);
        delete.ExecuteNonQuery();
    }

    private static void Add(SqliteCommand insert, string field, int place, JsonNode? value)
    {
        var kind = value?.GetValueKind();
        if (kind is not (JsonValueKind.Number or JsonValueKind.String or JsonValueKind.True or JsonValueKind.False)) return;
        insert.Parameters["@field"].Value = field;
        insert.Parameters["@place"].Value = place;
        insert.Parameters["@number"].Value = kind == JsonValueKind.Number ? double.Parse(value!.ToJsonString(), CultureInfo.InvariantCulture) : DBNull.Value;
        insert.Parameters["@text"].Value = kind == JsonValueKind.String ? value!.GetValue<string>() : DBNull.Value;
        insert.Parameters["@truth"].Value = kind switch { JsonValueKind.True => 1L, JsonValueKind.False => 0L, _ => DBNull.Value };
        insert.ExecuteNonQuery();
    }
}
