using Glovebox.Projects;

namespace Glovebox.Runs;

/// <summary>Where a command belongs: its project, and where in the project's tree it starts.</summary>
/// <param name="Root">The project's root on the host.</param>
/// <param name="WorkingDirectory">Relative to the root; empty for the root itself.</param>
internal sealed record RunPlace(string Root, string WorkingDirectory, ScriptCommand Script)
{
    /// <param name="word">The command's first word.</param>
    /// <param name="directory">Where the user stands.</param>
    public static RunPlace Of(string word, string directory)
    {
        var script = ScriptCommand.Read(word, directory);
        var root = Project.Find(script.ScriptPath is { } path ? Path.GetDirectoryName(path)! : directory).Root;
        var relative = Path.GetRelativePath(root, directory);
        var outside = relative == "." || relative == ".." || relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative);
        return new RunPlace(root, outside ? "" : relative, script);
    }

    /// <summary>The command as the box executes it: the script named from the working directory, its interpreter in front.</summary>
    public IReadOnlyList<string> Argv(IReadOnlyList<string> command)
    {
        if (Script.ScriptPath is not { } path) return command;
        var name = Path.GetRelativePath(Path.Combine(Root, WorkingDirectory), path);
        return Script.Interpreter is { } interpreter ? [interpreter, name, .. command.Skip(1)] : [Dotted(name), .. command.Skip(1)];
    }

    private static string Dotted(string name) => name.Contains('/', StringComparison.Ordinal) ? name : "./" + name;
}
