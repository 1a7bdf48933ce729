using System.Text;
using Glovebox.Api.Functions;
using Glovebox.Execution;
using Glovebox.Functions.Frames;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>What is known of a call with a result in pieces when the last piece is there, or none will come.</summary>
internal sealed record StreamEnd(
    CallStatus Status, string? Error = null, string? Traceback = null, ReadOnlyMemory<byte> Output = default, ReadOnlyMemory<byte> ErrorOutput = default)
{
    /// <summary>Of those who did not read to the end.</summary>
    public static readonly StreamEnd Left = new(CallStatus.Cancelled, "It was cancelled: whoever called went away before its end.");

    public static readonly StreamEnd Cancelled = new(CallStatus.Cancelled, "It was cancelled.");

    public static StreamEnd TimeOver(TimeSpan timeout) => new(CallStatus.TimedOut, $"It was not done within {Words.Of(timeout)}.");

    /// <param name="frame">The frame behind the last piece.</param>
    public static StreamEnd Of(in Frame frame) => frame.Header.Kind == FrameKind.End
        ? new StreamEnd(CallStatus.Done, Output: frame.Output, ErrorOutput: frame.Error)
        : new StreamEnd(
            CallStatus.Failed, Encoding.UTF8.GetString(frame.Meta.Span), frame.Header.Body == 0 ? null : Encoding.UTF8.GetString(frame.Body.Span), frame.Output, frame.Error);

    /// <summary>The whole call.</summary>
    /// <param name="begun">Its reply, as it was when the first piece came.</param>
    /// <param name="body">All pieces, or those that are kept.</param>
    public CallReply Complete(CallReply begun, ReadOnlyMemory<byte> body) => begun with
    {
        Stream = null, Body = body, Status = Status, Error = Error, Traceback = Traceback, Output = Output, ErrorOutput = ErrorOutput,
        HttpStatus = Status == CallStatus.Done ? begun.HttpStatus : FailedStatus,
    };

    /// <summary>What whoever reads the pieces gets in place of the next one.</summary>
    public BrokenReplyException Broken(Exception? cause = null) => new(Status, FailedStatus, Error!, cause);

    private int FailedStatus => Status switch { CallStatus.TimedOut => Replies.TimeOver, CallStatus.Cancelled => Replies.Unavailable, _ => Replies.BadGateway };
}
