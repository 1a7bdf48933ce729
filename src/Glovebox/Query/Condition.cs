namespace Glovebox.Query;

/// <summary>What a record must satisfy: the parsed form of <c>--where</c>. A store translates it to its own language.</summary>
public abstract record Condition;

public sealed record AllOf(IReadOnlyList<Condition> Parts) : Condition;

public sealed record AnyOf(IReadOnlyList<Condition> Parts) : Condition;

public sealed record Not(Condition Part) : Condition;

/// <summary>A field compared with a constant. A record without the field does not satisfy it, whatever the operator.</summary>
public sealed record Comparison(Field Field, Operator Operator, Constant Value) : Condition;

/// <summary>A value of the record: <c>metrics.accuracy</c> is the path <c>["metrics", "accuracy"]</c> in the record's JSON.</summary>
public sealed record Field(IReadOnlyList<string> Path)
{
    public override string ToString() => string.Join('.', Path);
}

/// <summary>Exactly one of the three is set.</summary>
public sealed record Constant(double? Number = null, string? Text = null, bool? Truth = null);

public enum Operator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,

    /// <summary><c>~</c>: the text holds the constant, whatever the case of the letters A to Z.</summary>
    Contains,
}
