using System.Text;
using Dapper;
using Glovebox.Api.Runs;
using Glovebox.Query;
using Glovebox.Storage.Sql;
using Glovebox.Storage.Sql.Query;

namespace Glovebox.Storage.Sqlite.Runs;

/// <summary>A list's filter as SQL. Every value of the user's is a parameter; only paths checked by the parser are written into the text.</summary>
internal sealed class RunQuery
{
    private readonly StringBuilder _sql = new();
    private readonly SqlParameters _values = new();

    public RunQuery(RunFilter filter, Condition? where)
    {
        // An order by a metric begins at its index: the best of very many runs is the first that is read.
        if (filter.OrderBy is { } order)
            _sql.Append("select document from run_values v cross join runs on runs.id = v.run where v.number is not null and v.field = ").Append(_values.Add(order.Field));
        else _sql.Append("select document from runs where 1");
        if (filter.Status is { } status) _sql.Append(" and status = ").Append(_values.Add(status));
        if (filter.Project is { } project) _sql.Append(" and project = ").Append(_values.Add(project));
        if (filter.Since is { } since) _sql.Append(" and started_at >= ").Append(_values.Add(since.ToUnixTimeMilliseconds()));
        if (filter.Tag is { } tag) _sql.Append(" and ").Append(AnyTag($"value = {_values.Add(tag)}"));
        if (where is not null) _sql.Append(" and ").Append(new ConditionSql(_values, Write).Write(where));
        _sql.Append(filter.OrderBy is { } by ? $" order by v.number {(by.Descending ? "desc" : "asc")}, started_at desc" : " order by started_at desc, id");
        if (filter.Limit is { } limit) _sql.Append(" limit ").Append(_values.Add(limit));
    }

    public string Sql => _sql.ToString();

    public DynamicParameters Parameters
    {
        get
        {
            var parameters = new DynamicParameters();
            foreach (var (name, value) in _values.Values) parameters.Add(name, value);
            return parameters;
        }
    }

    private static string Write(Comparison comparison, SqlParameters values)
    {
        if (comparison.Field.Path is ["tags"])
        {
            // A tag is one of several: to differ from it, none of them may be it.
            return comparison.Operator == Operator.NotEqual
                ? $"(not {AnyTag(Test("value", comparison with { Operator = Operator.Equal }, values))})"
                : AnyTag(Test("value", comparison, values));
        }

        if (comparison.Field.Path is [var group, var name] && RunValues.Groups.Contains(group) && comparison.Value.Truth is null
            && comparison.Operator is not (Operator.NotEqual or Operator.Contains))
        {
            var column = comparison.Value.Number is not null ? "number" : "text";
            var field = values.Add($"{group}.{name}");
            return $"runs.id in (select run from run_values where field = {field} and {column} is not null and {Test(column, comparison, values)})";
        }

        var path = values.Add(SqliteDialect.Value.Path(comparison.Field.Path));
        // SQLite compares a number with a text by their types, so a text in place of a number must not satisfy '>'.
        var isNumber = comparison.Value.Number is not null && comparison.Operator != Operator.Contains;
        return Test(SqliteDialect.Value.Json("document", path, isNumber ? JsonKind.Number : JsonKind.Text), comparison, values);
    }

    private static string Test(string value, Comparison comparison, SqlParameters values) => ConditionSql.Test(
        value, comparison.Operator,
        comparison.Operator == Operator.Contains ? ConditionSql.TextOf(comparison.Value) : ConditionSql.ValueOf(comparison.Value),
        values, SqliteDialect.Value.Holds);

    private static string AnyTag(string test) => $"exists (select 1 from json_each(document, '$.tags') where {test})";
}
