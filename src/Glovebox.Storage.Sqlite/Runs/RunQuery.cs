using System.Text;
using Dapper;
using Glovebox.Api.Runs;
using Glovebox.Query;
using Glovebox.Storage.Sql;
using Glovebox.Storage.Sql.Query;

namespace Glovebox.Storage.Sqlite.Runs;

/// <summary>
/// A list's filter as SQL: the wanted runs are found by their columns and values alone, put in order and cut to the limit, and only then are
/// their documents read. Every value of the user's is a parameter; only paths checked by the parser are written into the text.
/// </summary>
internal sealed class RunQuery
{
    private readonly SqlParameters _values = new();

    public RunQuery(RunFilter filter, Condition? where)
    {
        var limit = filter.Limit is { } most ? $" limit {_values.Add(most)}" : "";
        var wanted = Wanted(filter, where);
        // An order by a metric begins at its index: the best of very many runs is the first that is read.
        var (found, order) = filter.OrderBy is { } by
            ? (Ranked(by, wanted) + limit, "order by f.number " + Direction(by) + ", f.started_at desc")
            : ($"select id, started_at from runs{wanted} order by started_at desc, id{limit}", "order by f.started_at desc, f.id");
        Sql = $"select r.document from ({found}) f cross join runs r on r.id = f.id {order}";
    }

    public string Sql { get; }

    public DynamicParameters Parameters
    {
        get
        {
            var parameters = new DynamicParameters();
            foreach (var (name, value) in _values.Values) parameters.Add(name, value);
            return parameters;
        }
    }

    // The plus leaves SQLite the index that has what conditions ask for; by its key it would find the run with its document.
    private string Ranked(RunOrder by, string wanted) =>
        $"select v.run as id, v.number, v.started_at from run_values v where v.field = {_values.Add(by.Field)} and v.number is not null"
        + (wanted.Length == 0 ? "" : $" and exists (select 1 from runs{wanted} and runs.started_at = v.started_at and +runs.id = v.run)")
        + $" order by v.number {Direction(by)}, v.started_at desc";

    private static string Direction(RunOrder by) => by.Descending ? "desc" : "asc";

    private string Wanted(RunFilter filter, Condition? where)
    {
        var sql = new StringBuilder();
        void And(string test) => sql.Append(sql.Length == 0 ? " where " : " and ").Append(test);
        if (filter.Status is { } status) And("status = " + _values.Add(status));
        if (filter.Project is { } project) And("project = " + _values.Add(project));
        if (filter.Since is { } since) And("runs.started_at >= " + _values.Add(since.ToUnixTimeMilliseconds()));
        if (filter.Tag is { } tag) And(AnyValue(RunValues.Tags, $"+w.text = {_values.Add(tag)}"));
        if (where is not null) And(new ConditionSql(_values, (comparison, _) => Write(comparison)).Write(where));
        return sql.ToString();
    }

    private string Write(Comparison comparison)
    {
        var path = comparison.Field.Path;
        // A tag is one of several: to differ from it, none of them may be it.
        if (path is [RunValues.Tags])
            return comparison.Operator == Operator.NotEqual
                ? $"(not {AnyValue(RunValues.Tags, Test("+w.text", comparison with { Operator = Operator.Equal }))})"
                : AnyValue(RunValues.Tags, Test("+w.text", comparison));
        if (path is [var group, var name] && RunValues.Groups.Contains(group)) return AnyValue($"{group}.{name}", ValueTest(comparison));
        // SQLite compares a number with a text by their types, so a text in place of a number must not satisfy '>'.
        var isNumber = comparison.Value.Number is not null && comparison.Operator != Operator.Contains;
        if (RunColumns.ByPath.TryGetValue(string.Join('.', path), out var column))
            return Test(isNumber ? $"case when typeof({column}) in ('integer', 'real') then {column} end" : column, comparison);
        var json = SqliteDialect.Value.Json("document", _values.Add(SqliteDialect.Value.Path(path)), isNumber ? JsonKind.Number : JsonKind.Text);
        return Test(json, comparison);
    }

    /// <summary>One of the three columns of a value, by what it is compared with; anything that is there differs from a text that it is not.</summary>
    private string ValueTest(Comparison comparison)
    {
        if (comparison.Operator == Operator.Contains) return Test("coalesce(w.text, w.number)", comparison);
        if (comparison.Value.Number is not null) return Test("+w.number", comparison);
        if (comparison.Value.Truth is not null) return Test("+w.truth", comparison);
        return comparison.Operator == Operator.NotEqual ? $"+w.text is not {_values.Add(comparison.Value.Text)}" : Test("+w.text", comparison);
    }

    private string Test(string value, Comparison comparison) => ConditionSql.Test(
        value, comparison.Operator,
        comparison.Operator == Operator.Contains ? ConditionSql.TextOf(comparison.Value) : ConditionSql.ValueOf(comparison.Value),
        _values, SqliteDialect.Value.HoldsAnyCase);

    // Asked of one run after the other, newest first, until there are enough: the plus in tests keeps SQLite with the key, where neighbours
    // in time lie beside each other. A list of all that match would be as long as there are runs.
    private string AnyValue(string field, string test) =>
        $"exists (select 1 from run_values w where w.started_at = runs.started_at and w.run = runs.id and w.field = {_values.Add(field)} and {test})";
}
