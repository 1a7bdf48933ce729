using System.Text;
using Dapper;
using Glovebox.Api.Runs;
using Glovebox.Query;

namespace Glovebox.Storage.Sqlite.Runs;

/// <summary>A list's filter as SQL. Every value of the user's is a parameter; only paths checked by the parser are written into the text.</summary>
internal sealed class RunQuery
{
    private readonly StringBuilder _sql = new("select document from runs where 1");

    public RunQuery(RunFilter filter, Condition? where)
    {
        if (filter.Status is { } status) _sql.Append(" and status = ").Append(Add(status));
        if (filter.Project is { } project) _sql.Append(" and project = ").Append(Add(project));
        if (filter.Since is { } since) _sql.Append(" and started_at >= ").Append(Add(since.ToUnixTimeMilliseconds()));
        if (filter.Tag is { } tag) _sql.Append(" and ").Append(AnyTag($"value = {Add(tag)}"));
        if (where is not null) _sql.Append(" and ").Append(Write(where));
        _sql.Append(" order by started_at desc, id");
        if (filter.Limit is { } limit) _sql.Append(" limit ").Append(Add(limit));
    }

    public string Sql => _sql.ToString();

    public DynamicParameters Parameters { get; } = new();

    private string Write(Condition condition) => condition switch
    {
        AllOf all => $"({string.Join(" and ", all.Parts.Select(Write))})",
        AnyOf any => $"({string.Join(" or ", any.Parts.Select(Write))})",
        Not not => $"(not {Write(not.Part)})",
        Comparison comparison => Write(comparison),
        _ => throw new InvalidOperationException($"no SQL for {condition}"),
    };

    private string Write(Comparison comparison)
    {
        if (comparison.Field.Path is ["tags"])
        {
            // A tag is one of several: to differ from it, none of them may be it.
            return comparison.Operator == Operator.NotEqual
                ? $"(not {AnyTag(Test("value", comparison with { Operator = Operator.Equal }))})"
                : AnyTag(Test("value", comparison));
        }

        var path = Add("$." + string.Join('.', comparison.Field.Path.Select(p => '"' + p.Replace("\"", "", StringComparison.Ordinal) + '"')));
        // SQLite compares a number with a text by their types, so a text in place of a number must not satisfy '>'.
        var isNumber = comparison.Value.Number is not null && comparison.Operator != Operator.Contains;
        var type = isNumber ? $"json_type(document, {path}) in ('integer', 'real') and " : "";
        return $"coalesce({type}{Test($"json_extract(document, {path})", comparison)}, 0)";
    }

    private string Test(string value, Comparison comparison)
    {
        var constant = comparison.Value;
        if (comparison.Operator == Operator.Contains)
            return $"instr(lower({value}), {Add((constant.Text ?? constant.Number?.ToString() ?? constant.Truth!.Value.ToString()).ToLowerInvariant())}) > 0";
        var given = Add(constant.Number ?? (constant.Truth is { } truth ? truth ? 1 : 0 : (object)constant.Text!));
        return $"{value} {SignOf(comparison.Operator)} {given}";
    }

    private static string AnyTag(string test) => $"exists (select 1 from json_each(document, '$.tags') where {test})";

    private static string SignOf(Operator sign) => sign switch
    {
        Operator.Equal => "=",
        Operator.NotEqual => "<>",
        Operator.Less => "<",
        Operator.LessOrEqual => "<=",
        Operator.Greater => ">",
        _ => ">=",
    };

    private string Add(object value)
    {
        var name = $"@p{Parameters.ParameterNames.Count()}";
        Parameters.Add(name[1..], value);
        return name;
    }
}
