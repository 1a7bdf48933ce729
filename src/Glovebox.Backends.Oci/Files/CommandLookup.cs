using Glovebox.Linux;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Files;

/// <summary>Finds out before the start whether the command can run, and if not, why: 127 not found, 126 not executable.</summary>
internal static class CommandLookup
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <summary>Null when it can be started.</summary>
    public static StartFailure? Check(BoxTree tree, ExecutionRequest request)
    {
        var command = request.Command[0];
        if (tree.Resolve(request.WorkingDirectory).Kind != BoxEntryKind.Directory)
        {
            return new StartFailure(125, $"The working directory '{request.WorkingDirectory}' is not in the box. "
                + "Name a directory of the image or of a mount.");
        }
        if (command.Length == 0) return new StartFailure(127, "The command is empty. Name a program.");
        if (command.Contains('/')) return Judge(tree, Absolute(request.WorkingDirectory, command), command, request.User);

        StartFailure? nearest = null;
        var path = request.Environment.GetValueOrDefault("PATH", DefaultPath);
        foreach (var directory in path.Split(':'))
        {
            var candidate = Absolute(request.WorkingDirectory, directory.Length == 0 ? "./" + command : directory + "/" + command);
            var verdict = Judge(tree, candidate, command, request.User);
            if (verdict is null) return null;
            if (verdict.ExitCode == 126) nearest ??= verdict;
        }
        return nearest ?? new StartFailure(127, $"The command '{command}' is not in the box (looked in {path}). "
            + "Add the package that has it to the environment, or correct the name.");
    }

    private static StartFailure? Judge(BoxTree tree, string path, string command, BoxUser user)
    {
        var entry = tree.Resolve(path);
        switch (entry.Kind)
        {
            case BoxEntryKind.Missing or BoxEntryKind.NotInDirectory or BoxEntryKind.Loop:
                return new StartFailure(127, $"The command '{command}' is not in the box: there is no '{path}'. "
                    + "Correct the path, or add the file to the box.");
            case BoxEntryKind.Directory:
                return new StartFailure(126, $"The command '{command}' is a directory. Name a program in it.");
            case BoxEntryKind.Special:
                return new StartFailure(126, $"The command '{command}' is not a program file. Name a program.");
        }
        if (!FileFacts.TryRead(entry.HostPath!, out var facts) || !MayExecute(facts, user))
        {
            return new StartFailure(126, $"The command '{command}' may not be executed: '{entry.Path}' lacks the permission for user {user.Uid}. "
                + "Make it executable (chmod +x), or run it with its interpreter.");
        }
        return Interpreter(entry.HostPath!) is { } interpreter && tree.Resolve(interpreter).Kind != BoxEntryKind.File
            ? new StartFailure(127, $"The command '{command}' is a script for '{interpreter}', which is not in the box. "
                + "Add the package that has it to the environment.")
            : null;
    }

    private static bool MayExecute(FileFacts facts, BoxUser user) =>
        user.Uid == 0 ? (facts.Mode & 0x49) != 0
        : facts.User == user.Uid ? (facts.Mode & 0x40) != 0
        : facts.Group == user.Gid ? (facts.Mode & 0x08) != 0
        : (facts.Mode & 0x01) != 0;

    // The first line of a script, as execve(2) reads it; null for other files.
    private static string? Interpreter(string hostPath)
    {
        Span<byte> head = stackalloc byte[256];
        try
        {
            using var file = File.OpenHandle(hostPath);
            head = head[..RandomAccess.Read(file, head, 0)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        if (!head.StartsWith("#!"u8)) return null;
        var line = head[2..];
        if (line.IndexOf((byte)'\n') is >= 0 and var end) line = line[..end];
        line = line.Trim(" \t"u8);
        if (line.IndexOfAny((byte)' ', (byte)'\t') is >= 0 and var space) line = line[..space];
        var name = System.Text.Encoding.UTF8.GetString(line);
        return name.StartsWith('/') ? name : null;
    }

    private static string Absolute(string directory, string path) => path.StartsWith('/') ? path : directory + "/" + path;
}
