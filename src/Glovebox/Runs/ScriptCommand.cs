using Glovebox.Api;
using Glovebox.Spelling;

namespace Glovebox.Runs;

/// <summary>What the first word of a command is: a script of the tree with its interpreter, or a program of the environment.</summary>
/// <param name="ScriptPath">The script's absolute path on the host; null for a program.</param>
/// <param name="Interpreter">The program that reads the script; null when the file runs by itself.</param>
internal sealed record ScriptCommand(string? ScriptPath, string? Interpreter)
{
    private static readonly Dictionary<string, string> Interpreters = new(StringComparer.Ordinal)
    {
        [".py"] = "python3",
        [".R"] = "Rscript",
        [".r"] = "Rscript",
        [".sh"] = "bash",
        [".js"] = "node",
        [".mjs"] = "node",
        [".pl"] = "perl",
        [".rb"] = "ruby",
        [".jl"] = "julia",
    };

    /// <exception cref="RefusalException">It looks like a file, and there is none.</exception>
    public static ScriptCommand Read(string word, string directory)
    {
        var path = Path.GetFullPath(Path.Combine(directory, word));
        var interpreter = Interpreters.GetValueOrDefault(Path.GetExtension(word));
        if (interpreter is null && !word.Contains('/', StringComparison.Ordinal)) return new ScriptCommand(null, null);
        if (File.Exists(path)) return new ScriptCommand(path, interpreter);
        if (Directory.Exists(path)) throw RefusalException.Bad($"{word} is a directory; name a file in it or a program");
        // An absolute path without a script's ending names a program of the environment, which only the box can see.
        if (interpreter is null && Path.IsPathRooted(word)) return new ScriptCommand(null, null);
        throw RefusalException.NotFound($"{word}: no such file in {directory}{Neighbour(word, path)}");
    }

    private static string Neighbour(string word, string path)
    {
        var folder = Path.GetDirectoryName(path);
        if (folder is null || !Directory.Exists(folder)) return "";
        return Nearest.Hint(Path.GetFileName(word), Directory.EnumerateFiles(folder).Select(f => Path.GetFileName(f)));
    }
}
