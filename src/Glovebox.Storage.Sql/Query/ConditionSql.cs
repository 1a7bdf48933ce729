using Glovebox.Query;

namespace Glovebox.Storage.Sql.Query;

/// <summary>Writes a condition as SQL. Every value of the user's is a parameter.</summary>
/// <param name="parameters">Where they are added.</param>
/// <param name="compare">Writes one comparison.</param>
public sealed class ConditionSql(SqlParameters parameters, Func<Comparison, SqlParameters, string> compare)
{
    public string Write(Condition condition) => Write(condition, bare: true);

    /// <param name="bare">An unknown value may stay unknown, which an index needs; below a <c>not</c> it must be false.</param>
    private string Write(Condition condition, bool bare) => condition switch
    {
        AllOf all => $"({string.Join(" and ", all.Parts.Select(part => Write(part, bare)))})",
        AnyOf any => $"({string.Join(" or ", any.Parts.Select(part => Write(part, bare)))})",
        Not not => $"(not {Write(not.Part, bare: false)})",
        Comparison comparison => bare ? compare(comparison, parameters) : $"coalesce({compare(comparison, parameters)}, false)",
        _ => throw new InvalidOperationException($"no SQL for {condition}"),
    };

    /// <summary>Compares an expression with a constant as it is.</summary>
    /// <param name="holds">See <see cref="SqlDialect.HoldsAnyCase"/>.</param>
    public static string Test(string value, Operator sign, object constant, SqlParameters parameters, Func<string, string, string> holds) =>
        sign == Operator.Contains
            ? holds(value, parameters.Add(Lower(TextOf(constant))))
            : $"{value} {SignOf(sign)} {parameters.Add(constant)}";

    public static object ValueOf(Constant constant) => constant.Number ?? (constant.Truth is { } truth ? truth ? 1L : 0L : (object)constant.Text!);

    public static string TextOf(Constant constant) => constant.Text ?? constant.Number?.ToString() ?? constant.Truth!.Value.ToString();

    private static string Lower(string text) => string.Create(text.Length, text, static (lower, text) =>
    {
        for (var i = 0; i < lower.Length; i++) lower[i] = char.IsAsciiLetterUpper(text[i]) ? (char)(text[i] | 0x20) : text[i];
    });

    private static string TextOf(object constant) => constant.ToString()!;

    private static string SignOf(Operator sign) => sign switch
    {
        Operator.Equal => "=",
        Operator.NotEqual => "<>",
        Operator.Less => "<",
        Operator.LessOrEqual => "<=",
        Operator.Greater => ">",
        _ => ">=",
    };
}
