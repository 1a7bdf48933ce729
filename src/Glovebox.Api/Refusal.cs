namespace Glovebox.Api;

/// <summary>Why a request was refused, which decides the exit code of the CLI and the status of the API.</summary>
public enum RefusalKind
{
    /// <summary>The request is wrong (exit 2, status 400).</summary>
    Bad,

    /// <summary>What it names does not exist (exit 3, status 404).</summary>
    NotFound,

    /// <summary>It contradicts what is there (exit 4, status 409).</summary>
    Conflict,

    /// <summary>The machine or the store cannot do it now: full disk, missing program, broken record (exit 125, status 503).</summary>
    Unable,
}

/// <summary>
/// An expected failure on its way to the user: the message names the thing, the reason and the mend, in one or a few lines. It is the
/// one exception that a feature throws on purpose; every other is a bug.
/// </summary>
public sealed class RefusalException(RefusalKind kind, string message) : Exception(message)
{
    public RefusalKind Kind { get; } = kind;

    public static RefusalException Bad(string message) => new(RefusalKind.Bad, message);
    public static RefusalException NotFound(string message) => new(RefusalKind.NotFound, message);
    public static RefusalException Conflict(string message) => new(RefusalKind.Conflict, message);
    public static RefusalException Unable(string message) => new(RefusalKind.Unable, message);
}
