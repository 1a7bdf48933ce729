using System.Buffers;
using System.Text;
using Glovebox.Api.Functions;
using Glovebox.Execution;
using Glovebox.Functions.Frames;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>Replies out of what instances send.</summary>
internal static class Replies
{
    public const int Ok = 200, BadGateway = 502, Unavailable = 503, TimeOver = 504;

    /// <param name="run">Seconds in the instance.</param>
    public static CallReply Of(in Frame frame, string instance, CallStart start, double run)
    {
        var header = frame.Header;
        if (header.Kind == FrameKind.Failed)
        {
            var trace = header.Body == 0 ? null : Encoding.UTF8.GetString(frame.Body.Span);
            return Failed(Encoding.UTF8.GetString(frame.Meta.Span), trace, header.Status, frame.Output, frame.Error, instance, start, run);
        }
        var (contentType, headers) = header.Meta == 0 ? ("application/json", null) : Meta(frame.Meta.Span);
        if (!IsOfHttp(contentType) || headers?.FirstOrDefault(one => !IsOfHttp(one)) is { Key: not null })
        {
            const string Reason = "The handler gave a header that HTTP cannot carry: names are words, values printable ASCII";
            return Failed(Reason, null, BadGateway, frame.Output, frame.Error, instance, start, run);
        }

        return new CallReply
        {
            Status = CallStatus.Done, HttpStatus = header.Status == 0 ? Ok : header.Status, ContentType = contentType, Headers = headers,
            Body = frame.Body, Output = frame.Output, ErrorOutput = frame.Error,
            Instance = instance, Cold = start.Cold, Timings = new CallTimings(start.Queue, start.Instance, 0, run, 0),
        };
    }

    /// <summary>HTTP can carry it (RFC 9110, 5.5 and 5.6.2), as far as it is plain ASCII.</summary>
    public static bool IsOfHttp(KeyValuePair<string, string> header) =>
        header.Key.Length > 0 && !header.Key.AsSpan().ContainsAnyExcept(NameCharacters) && IsOfHttp(header.Value);

    private static bool IsOfHttp(string value) => !value.AsSpan().ContainsAnyExceptInRange(' ', '~');

    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    public static CallReply Failed(
        string message, string? traceback, int status, ReadOnlyMemory<byte> output, ReadOnlyMemory<byte> error, string instance, CallStart start,
        double run) => new()
    {
        Status = CallStatus.Failed, HttpStatus = status is >= 400 and <= 599 ? status : BadGateway, Error = message, Traceback = traceback,
        Output = output, ErrorOutput = error,
        Instance = instance, Cold = start.Cold, Timings = new CallTimings(start.Queue, start.Instance, 0, run, 0),
    };

    /// <summary>A call whose time is over, or that nobody waits for any more.</summary>
    public static CallReply Ended(
        EndReason reason, TimeSpan timeout, ReadOnlyMemory<byte> output, ReadOnlyMemory<byte> error, string instance, CallStart start, double run) => new()
    {
        Status = reason == EndReason.Deadline ? CallStatus.TimedOut : CallStatus.Cancelled,
        HttpStatus = reason == EndReason.Deadline ? TimeOver : Unavailable,
        Error = reason == EndReason.Deadline
            ? $"It did not reply within {Words.Of(timeout)}. Deploy it with a longer --timeout, or give it less to do."
            : "It was cancelled.",
        Output = output, ErrorOutput = error,
        Instance = instance, Cold = start.Cold, Timings = new CallTimings(start.Queue, start.Instance, 0, run, 0),
    };

    // The content type, then one header a line.
    private static (string ContentType, List<KeyValuePair<string, string>>? Headers) Meta(ReadOnlySpan<byte> meta)
    {
        var lines = Encoding.UTF8.GetString(meta).Split('\n');
        if (lines.Length == 1) return (lines[0], null);
        var headers = new List<KeyValuePair<string, string>>(lines.Length - 1);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon > 0) headers.Add(new(line[..colon], line[(colon + 2)..]));
        }
        return (lines[0], headers);
    }
}
