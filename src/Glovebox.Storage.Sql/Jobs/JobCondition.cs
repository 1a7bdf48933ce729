using System.Globalization;
using Glovebox.Api;
using Glovebox.Jobs;
using Glovebox.Query;
using Glovebox.Storage.Sql.Query;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Comparisons over jobs: on a column where a field has one, else in the spec's document.</summary>
internal sealed class JobCondition(SqlDialect dialect)
{
    private enum Kind
    {
        Text,
        Number,
        Truth,
        Time,
    }

    private static readonly Dictionary<string, (string Column, Kind Kind)> Columns = new(StringComparer.Ordinal)
    {
        ["id"] = ("j.id", Kind.Text),
        ["task"] = ("j.task", Kind.Text),
        ["status"] = ("j.status", Kind.Text),
        ["spec.image"] = ("j.image", Kind.Text),
        ["spec.environment"] = ("j.environment", Kind.Text),
        ["spec.command"] = ("j.command", Kind.Text),
        ["spec.cron"] = ("j.cron", Kind.Text),
        ["spec.key"] = ("j.key", Kind.Text),
        ["spec.priority"] = ("j.priority", Kind.Number),
        ["createdAt"] = ("j.created_at", Kind.Time),
        ["finishedAt"] = ("j.finished_at", Kind.Time),
        ["requestAddress"] = ("j.request_address", Kind.Text),
        ["executions.total"] = ("j.total", Kind.Number),
        ["executions.open"] = ("j.open", Kind.Number),
        ["executions.succeeded"] = ("j.succeeded", Kind.Number),
        ["executions.failed"] = ("j.failed", Kind.Number),
        ["schedule.paused"] = ("j.paused", Kind.Truth),
        ["schedule.nextAt"] = ("j.next_at", Kind.Time),
        ["schedule.lastAt"] = ("j.last_at", Kind.Time),
        ["schedule.ticks"] = ("j.ticks", Kind.Number),
        ["schedule.skipped"] = ("j.skipped", Kind.Number),
    };

    public string Write(Comparison comparison, SqlParameters parameters)
    {
        var path = JobFields.PathOf(comparison.Field);
        return Columns.TryGetValue(string.Join('.', path), out var known)
            ? OnColumn(comparison, known.Column, known.Kind, parameters)
            : InDocument(comparison, path, parameters);
    }

    private string OnColumn(Comparison comparison, string column, Kind kind, SqlParameters parameters)
    {
        var (sign, constant) = (comparison.Operator, comparison.Value);
        if (kind == Kind.Time) return Test(column, sign, sign == Operator.Contains ? throw NoTime(comparison) : TimeOf(comparison), parameters);
        if (kind == Kind.Text) return Test(column, sign, ConditionSql.TextOf(constant), parameters);
        if (sign == Operator.Contains) return Test($"cast({column} as text)", sign, ConditionSql.TextOf(constant), parameters);
        return kind == Kind.Number ? Number(column, sign, constant, parameters) : Truth(column, sign, constant, parameters);
    }

    private string Number(string column, Operator sign, Constant constant, SqlParameters parameters) =>
        constant.Number is { } number ? Test(column, sign, number, parameters) : "false";

    private string Truth(string column, Operator sign, Constant constant, SqlParameters parameters) =>
        constant.Truth is { } truth ? Test(column, sign, truth ? 1L : 0L, parameters) : "false";

    private string InDocument(Comparison comparison, IReadOnlyList<string> path, SqlParameters parameters)
    {
        var (sign, constant) = (comparison.Operator, comparison.Value);
        // The whole spec takes long to parse, and what users look for is mostly theirs.
        var metadata = path is ["spec", "metadata", _, ..];
        var column = metadata ? "j.metadata" : path[0] == "schedule" ? "j.schedule" : "j.spec";
        // Most documents do not hold the word at all, which is found out without parsing them.
        var first = sign == Operator.Equal && constant.Text is { } word && IsPlain(word) ? $"{dialect.Holds(column, parameters.Add(word))} and " : "";
        var name = parameters.Add(dialect.Path([.. path.Skip(metadata ? 2 : 1)]));
        if (sign == Operator.Contains || constant.Text is not null)
            return $"({first}{Test(dialect.Json(column, name, JsonKind.Text), sign, ConditionSql.TextOf(constant), parameters)})";
        return constant.Number is { } number
            ? Test(dialect.Json(column, name, JsonKind.Number), sign, number, parameters)
            : Test(dialect.Json(column, name, JsonKind.Truth), sign, constant.Truth == true ? 1L : 0L, parameters);
    }

    /// <summary>Whether a text is in JSON as it is, however it is encoded.</summary>
    private static bool IsPlain(string text) => text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is ' ' or '-' or '_' or '.' or ':' or ',');

    private string Test(string value, Operator sign, object constant, SqlParameters parameters) =>
        ConditionSql.Test(value, sign, constant, parameters, dialect.HoldsAnyCase);

    private static DateTimeOffset TimeOf(Comparison comparison) =>
        comparison.Value.Text is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw NoTime(comparison);

    private static RefusalException NoTime(Comparison comparison) => RefusalException.Bad(
        $"where: {comparison.Field} is compared with a time such as '2026-11-21' or '2026-11-21T09:30:00Z', by = != < <= > or >=");
}
