using Glovebox.Api;
using Glovebox.Cli.Output;

namespace Glovebox.Cli;

/// <summary>The one place where a failure becomes a message and an exit code.</summary>
internal static class Failures
{
    private const int Enospc = 28, Erofs = 30, Eacces = 13, Eperm = 1, Edquot = 122, Emfile = 24;

    public static int Report(Exception exception, Screen screen, int? interrupted)
    {
        var (code, message) = Describe(exception, interrupted);
        if (message is not null) screen.Complain(message);
        return code;
    }

    internal static (int Code, string? Message) Describe(Exception exception, int? interrupted) => exception switch
    {
        AggregateException { InnerExceptions: [var only] } => Describe(only, interrupted),
        RefusalException refusal => (ExitCode.Of(refusal.Kind), refusal.Message),
        OperationCanceledException => (interrupted ?? 130, interrupted == ExitCode.BrokenPipe ? null : "cancelled"),
        BrokenPipeException => (ExitCode.BrokenPipe, null),
        UnauthorizedAccessException => (ExitCode.Unable, Denied(exception.Message)),
        IOException io => (ExitCode.Unable, Machine(io)),
        OutOfMemoryException => (ExitCode.Unable, "out of memory: free some, or give this machine more"),
        _ => (ExitCode.Bug, $"this is a bug in Glovebox, please report it with these lines:\n{exception}"),
    };

    private static string Machine(IOException exception) => exception.HResult switch
    {
        Enospc => $"disk full: {exception.Message}. Free some space ('glovebox gc' frees what no run needs) and try again",
        Edquot => $"disk quota reached: {exception.Message}. Free some space ('glovebox gc' frees what no run needs) and try again",
        Erofs or Eacces or Eperm => Denied(exception.Message),
        Emfile => $"too many open files: {exception.Message}. Raise the limit ('ulimit -n') and try again",
        _ => exception.Message,
    };

    private static string Denied(string message) =>
        $"{message} Make it writable, or set GLOVEBOX_HOME to a directory that is";
}
