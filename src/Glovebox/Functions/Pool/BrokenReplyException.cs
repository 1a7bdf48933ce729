using Glovebox.Api.Functions;

namespace Glovebox.Functions.Pool;

/// <summary>A result that came in pieces will not be whole: the code failed, or its time was over, behind the last one. The message says why.</summary>
public sealed class BrokenReplyException(CallStatus status, int httpStatus, string message, Exception? cause) : IOException(message, cause)
{
    /// <summary>How the call ended.</summary>
    public CallStatus Status { get; } = status;

    /// <summary>As <see cref="CallReply.HttpStatus"/>, for a reply that has not begun.</summary>
    public int HttpStatus { get; } = httpStatus;
}
