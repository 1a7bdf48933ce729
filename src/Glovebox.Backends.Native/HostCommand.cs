using Glovebox.Execution;

namespace Glovebox.Backends.Native;

/// <summary>Finds a command on this machine as a shell would: 127 not found, 126 not executable.</summary>
internal static class HostCommand
{
    private const string DefaultPath = "/usr/local/bin:/usr/bin:/bin";
    private const UnixFileMode AnyExecute = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>The program's path, or why it cannot be run.</summary>
    public static (string? Program, StartFailure? Failure) Find(ExecutionRequest request)
    {
        var command = request.Command[0];
        if (!Directory.Exists(request.WorkingDirectory))
            return (null, new StartFailure(125, $"The working directory '{request.WorkingDirectory}' does not exist. Correct the path."));
        if (command.Contains('/'))
        {
            var path = Path.Combine(request.WorkingDirectory, command);
            return Judge(path, command) is { } failure ? (null, failure) : (path, null);
        }
        StartFailure? nearest = null;
        var search = request.Environment.GetValueOrDefault("PATH", DefaultPath);
        foreach (var directory in search.Split(':'))
        {
            if (command.Length == 0) break;
            var path = Path.Combine(request.WorkingDirectory, directory, command);
            if (!Path.Exists(path)) continue;
            if (Judge(path, command) is not { } failure) return (path, null);
            nearest ??= failure;
        }
        return (null, nearest ?? new StartFailure(127, $"The command '{command}' was not found (looked in {search}). "
            + "Install it, or correct the name."));
    }

    private static StartFailure? Judge(string path, string command)
    {
        if (Directory.Exists(path)) return new StartFailure(126, $"The command '{command}' is a directory. Name a program in it.");
        if (!File.Exists(path)) return new StartFailure(127, $"The command '{command}' does not exist: there is no '{path}'. Correct the path.");
        return (File.GetUnixFileMode(path) & AnyExecute) == UnixFileMode.None
            ? new StartFailure(126, $"The command '{command}' may not be executed. Make it executable (chmod +x), or run it with its interpreter.")
            : null;
    }
}
