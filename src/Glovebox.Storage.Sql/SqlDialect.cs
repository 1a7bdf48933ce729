namespace Glovebox.Storage.Sql;

/// <summary>What two databases say differently. Everything else is the same text on both.</summary>
public sealed record SqlDialect
{
    /// <summary>Ends a query whose rows no other transaction may change before this one's end; waits for them.</summary>
    public required string ForUpdate { get; init; }

    /// <summary>As <see cref="ForUpdate"/> for the named tables of a query, leaving out what others hold: never waits.</summary>
    public required Func<string, string> SkipLocked { get; init; }

    /// <summary>A column is one of a list given as <c>string[]</c> under a parameter's name.</summary>
    public required Func<string, string, string> In { get; init; }

    /// <summary>Text (first) holds a part (second).</summary>
    public required Func<string, string, string> Holds { get; init; }

    /// <summary>The same, whatever the case of the letters A to Z in the text; those of the part are small. Other letters are compared as they are, on every database.</summary>
    public required Func<string, string, string> HoldsAnyCase { get; init; }

    /// <summary>
    /// Behind a table's name, makes a query read it through the named index. Nothing where the database keeps count of its rows: without, a queue of
    /// 40,000 was sorted for each claim.
    /// </summary>
    public Func<string, string> Through { get; init; } = static _ => "";

    /// <summary>Turns a value into what the driver takes; lists are <c>string[]</c>.</summary>
    public required Func<object?, object> Bind { get; init; }

    /// <summary>A value in a JSON document, by column, the parameter that names the path, and what it is compared as.</summary>
    public required Func<string, string, JsonKind, string> Json { get; init; }

    /// <summary>A path in a JSON document as the parameter that <see cref="Json"/> takes.</summary>
    public required Func<IReadOnlyList<string>, object> Path { get; init; }

    /// <summary>The id of a transaction's event number <c>@n</c>.</summary>
    public required string EventId { get; init; }

    /// <summary>Of events, those before which none can appear any more.</summary>
    public required string Settled { get; init; }

    /// <summary>
    /// Rows that one statement adds at most. Each costs a round trip where there is a server; SQLite looks each parameter up by its name, past all
    /// those before it.
    /// </summary>
    public int InsertRows { get; init; } = 50;

    /// <summary>Takes the lock on the word <c>@word</c> until the transaction's end, without waiting: 0 when another has it. Null where writers are alone.</summary>
    public string? TryLock { get; init; }

    /// <summary>The same, waiting.</summary>
    public string? Lock { get; init; }

    /// <summary>Which of a task's counts is this connection's own, so that writers do not wait for each other.</summary>
    public string Shard { get; init; } = "0";

    /// <summary>Brings the counts of all connections together; null where there is one alone.</summary>
    public string? Merge { get; init; }
}

/// <summary>What a JSON value is compared as.</summary>
public enum JsonKind
{
    Text,
    Number,
    Truth,
}
