using Glovebox.Api.Functions;

namespace Glovebox.Functions.Pool;

/// <summary>How a call ended. A call that failed is data, and the pool is healthy after it.</summary>
public sealed record CallReply
{
    /// <summary><c>done</c>, <c>failed</c>, <c>timed_out</c> or <c>cancelled</c>.</summary>
    public required CallStatus Status { get; init; }

    /// <summary>
    /// The HTTP status: the code's own where it set one, else 200; for a failed call 502 (the function's fault), 504 (its time is over) or 503.
    /// </summary>
    public required int HttpStatus { get; init; }

    /// <summary>Of the result.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Headers that the code set; null for none.</summary>
    public IReadOnlyList<KeyValuePair<string, string>>? Headers { get; init; }

    /// <summary>The result; empty for a failed call and where <see cref="Stream"/> gives it.</summary>
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The result piece by piece, as the code makes it; null where it came in one. To be read to its end, or disposed.</summary>
    public IAsyncEnumerable<ReadOnlyMemory<byte>>? Stream { get; init; }

    /// <summary>For a person: what failed and why. Null for a call that did not.</summary>
    public string? Error { get; init; }

    /// <summary>The user's traceback, where the language has one.</summary>
    public string? Traceback { get; init; }

    /// <summary>What the call wrote to its standard output and error; cut at 64 KiB each, with a notice.</summary>
    public ReadOnlyMemory<byte> Output { get; init; }

    public ReadOnlyMemory<byte> ErrorOutput { get; init; }

    /// <summary>The instance that served it; empty when none did.</summary>
    public string Instance { get; init; } = "";

    /// <summary>The call had to wait for a box to start or for code to load.</summary>
    public bool Cold { get; init; }

    public CallTimings Timings { get; init; } = new(0, 0, 0, 0, 0);
}
