using System.Security.Cryptography;
using System.Text;
using Glovebox.Api.Functions;
using Glovebox.Environments;

namespace Glovebox.Functions.Deploying;

/// <summary>What installs the dependencies of some code, and what it depends on.</summary>
/// <param name="Key">Equal for what comes to the same: environment, command, place, and the files that say what is required.</param>
internal sealed record InstallCommand(IReadOnlyList<string> Command, string Key)
{
    /// <summary>A change of how dependencies are installed makes every kept folder stale.</summary>
    private const string Format = "1";

    private static readonly string[] Requirements =
        ["requirements.txt", "constraints.txt", "package.json", "package-lock.json", "npm-shrinkwrap.json", "pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "Pipfile.lock"];

    /// <returns>Null when there is nothing to install.</returns>
    public static InstallCommand? Of(PreparedEnvironment environment, RuntimeSpec runtime, string code, string digest)
    {
        var known = Requirements.Where(name => File.Exists(Path.Combine(code, name))).ToList();
        if (CommandOf(runtime, code) is not { } command) return null;
        var key = new StringBuilder(Format + "\n").Append(environment.Digest).Append('\n').Append(runtime.Path).Append('\n')
            .AppendJoin('\0', command).Append('\n');
        // A command of the user's own may read anything in the code, unless it says what it requires in the usual way; and that may name files there.
        if (known.Count == 0 || known.Any(name => NamesCode(code, name))) key.Append(digest).Append('\n');
        foreach (var name in known) key.Append(name).Append(' ').Append(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Path.Combine(code, name))))).Append('\n');
        return new InstallCommand(command, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key.ToString()))));
    }

    private static IReadOnlyList<string>? CommandOf(RuntimeSpec runtime, string code)
    {
        if (runtime.Dependencies is { } line) return string.IsNullOrWhiteSpace(line) ? null : ["/bin/sh", "-ec", line];
        if (HasLines(Path.Combine(code, "requirements.txt"))) return ["python3", "-m", "pip", "install", "-r", "requirements.txt"];
        if (File.Exists(Path.Combine(code, "package-lock.json"))) return ["npm", "ci", "--omit=dev"];
        return null;
    }

    /// <summary>What is required lies in the code too: a wheel, a folder, another list.</summary>
    private static bool NamesCode(string code, string requirements)
    {
        var text = File.ReadAllText(Path.Combine(code, requirements));
        if (text.Contains("file:", StringComparison.Ordinal)) return true;
        return requirements.EndsWith(".txt", StringComparison.Ordinal)
            && text.Split([' ', '\t', '\r', '\n', '='], StringSplitOptions.RemoveEmptyEntries).Any(word => Path.Exists(Path.Combine(code, word)));
    }

    private static bool HasLines(string requirements) =>
        File.Exists(requirements) && File.ReadLines(requirements).Any(line => line.Trim() is { Length: > 0 } text && !text.StartsWith('#'));
}
