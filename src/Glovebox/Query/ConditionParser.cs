using System.Globalization;
using Glovebox.Api;

namespace Glovebox.Query;

/// <summary>
/// Reads a condition: <c>metrics.accuracy&gt;0.9 and (params.C&lt;1 or not tag=old)</c>. Operators <c>= != &lt; &lt;= &gt; &gt;= ~</c>; <c>not</c> binds
/// tightest, then <c>and</c>, then <c>or</c>; texts may be quoted.
/// </summary>
public sealed class ConditionParser
{
    private readonly List<Token> _tokens;
    private readonly FieldCatalog _fields;
    private int _at;

    private ConditionParser(string text, FieldCatalog fields) => (_tokens, _fields) = (Tokens.Read(text), fields);

    private Token Next => _tokens[_at];

    /// <exception cref="RefusalException">The text is no condition: says where and why.</exception>
    public static Condition Parse(string text, FieldCatalog fields)
    {
        var parser = new ConditionParser(text, fields);
        var condition = parser.Any();
        return parser.Next.Kind == TokenKind.End ? condition : throw parser.Unexpected("'and', 'or' or the end");
    }

    private Condition Any()
    {
        var parts = new List<Condition> { All() };
        while (Take("or")) parts.Add(All());
        return parts.Count == 1 ? parts[0] : new AnyOf(parts);
    }

    private Condition All()
    {
        var parts = new List<Condition> { One() };
        while (Take("and")) parts.Add(One());
        return parts.Count == 1 ? parts[0] : new AllOf(parts);
    }

    private Condition One()
    {
        if (Take("not")) return new Not(One());
        if (Next.Kind != TokenKind.Open) return Compare();
        _at++;
        var inner = Any();
        if (Next.Kind != TokenKind.Close) throw Unexpected("')'");
        _at++;
        return inner;
    }

    private Comparison Compare()
    {
        if (Next.Kind != TokenKind.Word) throw Unexpected("a field such as metrics.accuracy");
        var name = _tokens[_at++];
        var field = _fields.Find(name.Value, out var nearest)
            ?? throw RefusalException.Bad($"where: no field '{name.Value}' (column {name.Column})"
                + (nearest is null ? $"; fields are {_fields.Examples}" : $"; did you mean '{nearest}'?"));
        if (Next.Kind != TokenKind.Operator) throw Unexpected("an operator: = != < <= > >= ~");
        var sign = _tokens[_at++].Value;
        if (Next.Kind is not (TokenKind.Word or TokenKind.Text)) throw Unexpected("a value");
        var value = _tokens[_at++];
        return new Comparison(field, OperatorOf(sign), ConstantOf(value));
    }

    private bool Take(string word)
    {
        if (Next.Kind != TokenKind.Word || !Next.Value.Equals(word, StringComparison.OrdinalIgnoreCase)) return false;
        _at++;
        return true;
    }

    private RefusalException Unexpected(string wanted) => RefusalException.Bad(
        $"where: expected {wanted} at column {Next.Column}, found {(Next.Kind == TokenKind.End ? "the end" : $"'{Next.Value}'")}");

    private static Operator OperatorOf(string sign) => sign switch
    {
        "=" or "==" => Operator.Equal,
        "!=" => Operator.NotEqual,
        "<" => Operator.Less,
        "<=" => Operator.LessOrEqual,
        ">" => Operator.Greater,
        ">=" => Operator.GreaterOrEqual,
        _ => Operator.Contains,
    };

    private static Constant ConstantOf(Token token)
    {
        if (token.Kind == TokenKind.Text) return new Constant(Text: token.Value);
        if (double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) return new Constant(Number: number);
        if (bool.TryParse(token.Value, out var truth)) return new Constant(Truth: truth);
        return new Constant(Text: token.Value);
    }
}
