using System.Text;
using Glovebox.Api.Functions;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Calls;

/// <summary>A call that was answered and is not in the store yet: what its record will be made of, and no more.</summary>
internal readonly record struct EndedCall(string Id, Served Served, CallReply Reply, ReadOnlyMemory<byte> Body, long BodyBytes, DateTimeOffset ArrivedAt, DateTimeOffset FinishedAt)
{
    /// <summary>Bytes of a result that a record holds.</summary>
    public const int MostResult = 64 * 1024;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public long Weight => 500 + Body.Length + Reply.Output.Length + Reply.ErrorOutput.Length + 2 * (Reply.Traceback?.Length ?? 0);

    public static EndedCall Of(string id, Served served, CallReply reply, long bytes, DateTimeOffset arrived, DateTimeOffset finished) => new(
        // A record must not keep a large result alive.
        id, served, reply.Body.Length > MostResult ? reply with { Body = default } : reply,
        reply.Body.Length > MostResult ? default : reply.Body, bytes, arrived, finished);

    public Call ToCall() => Describe(
        new Call
        {
            Id = Id, Function = Served.Plan.Function, Version = Served.Plan.Version, Status = Reply.Status, Trigger = "http", CreatedAt = ArrivedAt, Attempts = 1,
        },
        Served, Reply, BodyBytes, FinishedAt);

    /// <summary>A call with how it ended.</summary>
    public static Call Describe(Call call, Served? served, CallReply reply, long bytes, DateTimeOffset at) => call with
    {
        Version = served?.Plan.Version ?? call.Version,
        Status = reply.Status,
        FinishedAt = at,
        HttpStatus = reply.HttpStatus,
        ContentType = reply.Status == CallStatus.Done ? reply.ContentType : null,
        ResultBytes = bytes,
        Result = reply.Status == CallStatus.Done && reply.Body.Length is > 0 and <= MostResult ? Text(reply.Body) : null,
        Error = reply.Error,
        Traceback = reply.Traceback,
        Stdout = reply.Output.IsEmpty ? null : Encoding.UTF8.GetString(reply.Output.Span),
        Stderr = reply.ErrorOutput.IsEmpty ? null : Encoding.UTF8.GetString(reply.ErrorOutput.Span),
        Instance = reply.Instance.Length == 0 ? null : reply.Instance,
        Cold = reply.Cold,
        Timings = reply.Timings,
    };

    private static string? Text(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
