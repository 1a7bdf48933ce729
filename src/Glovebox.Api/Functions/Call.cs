using System.Text.Json.Serialization;
using Glovebox.Api.Times;

namespace Glovebox.Api.Functions;

/// <summary>One invocation of a function, as it is recorded.</summary>
public sealed record Call
{
    public required string Id { get; init; }
    public required string Function { get; init; }
    public required int Version { get; init; }
    public required CallStatus Status { get; init; }

    /// <summary><c>http</c>, <c>async</c>, <c>schedule</c>, <c>job</c> or <c>thesis</c>.</summary>
    public required string Trigger { get; init; }

    /// <summary>Of a call through the thesis API; null for others.</summary>
    public long? Number { get; init; }

    [JsonConverter(typeof(UtcTimeConverter))]
    public required DateTimeOffset CreatedAt { get; init; }

    [JsonConverter(typeof(UtcTimeConverter))]
    public DateTimeOffset? FinishedAt { get; init; }

    public int? HttpStatus { get; init; }
    public string? ContentType { get; init; }

    /// <summary>Of the result, in bytes.</summary>
    public long ResultBytes { get; init; }

    /// <summary>The result as text; null when it is no text, larger than 64 KiB, or there is none.</summary>
    public string? Result { get; init; }

    public string? Error { get; init; }
    public string? Traceback { get; init; }
    public string? Stdout { get; init; }
    public string? Stderr { get; init; }

    /// <summary>The instance that served it; null when none did.</summary>
    public string? Instance { get; init; }
    public bool Cold { get; init; }
    public CallTimings? Timings { get; init; }

    /// <summary>How often it was begun: more than once when its server died meanwhile.</summary>
    public int Attempts { get; init; }
}

/// <summary>Which calls to list.</summary>
public sealed record CallFilter(string? Function = null, CallStatus? Status = null, string? Cursor = null, int Limit = 50);

/// <summary>What a call is made with.</summary>
/// <param name="Body">The parameters; empty for none.</param>
/// <param name="Callback">A URL that is told of an asynchronous call's end; null for nobody.</param>
public sealed record CallInput(ReadOnlyMemory<byte> Body, string ContentType = "application/json", string? Callback = null);

/// <summary>What came back at once.</summary>
/// <param name="Id">Names its record.</param>
/// <param name="Error">Null for a call that was done.</param>
public sealed record CallOutput(string Id, CallStatus Status, int HttpStatus, string ContentType, ReadOnlyMemory<byte> Body, string? Error);

/// <summary>What a callback gets.</summary>
public sealed record CallbackBody(string Event, string Delivery, Call Call);
