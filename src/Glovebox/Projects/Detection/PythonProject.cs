using System.Text;
using Glovebox.Api;

namespace Glovebox.Projects.Detection;

/// <summary>
/// Reads <c>dependencies</c> of the <c>[project]</c> table of a pyproject.toml (the "Declaring project metadata" specification of the
/// Python packaging authority). Only as much of TOML as that needs: tables, comments, strings and arrays of strings.
/// </summary>
internal static class PythonProject
{
    /// <summary>Requirement lines; null when the file asks for nothing.</summary>
    public static IReadOnlyList<string>? Dependencies(string path)
    {
        var text = ProjectText.Read(path);
        var table = Table(text, "[project]");
        if (table is null)
        {
            return Table(text, "[tool.poetry.dependencies]") is null ? null : throw RefusalException.Bad(
                "pyproject.toml: its dependencies are in [tool.poetry.dependencies], which only Poetry reads. "
                + "Export them to requirements.txt, or list them under pip: in glovebox.yaml");
        }
        if (Value(table, "dynamic") is { } dynamic && Strings(dynamic).Contains("dependencies"))
            throw RefusalException.Bad(
                "pyproject.toml: [project] leaves its dependencies to the build tool ('dynamic'). List them in requirements.txt");
        var value = Value(table, "dependencies");
        return value is null ? null : Strings(value) is { Count: > 0 } found ? found : null;
    }

    private static string? Table(string text, string header)
    {
        var lines = text.Split('\n');
        var start = Array.FindIndex(lines, line => WithoutComment(line) == header);
        if (start < 0) return null;
        var end = Array.FindIndex(lines, start + 1, line => line.StartsWith('['));
        return string.Join('\n', lines[(start + 1)..(end < 0 ? lines.Length : end)]);
    }

    private static string WithoutComment(string line) => line.Split('#')[0].Replace(" ", "", StringComparison.Ordinal).Trim();

    private static string? Value(string table, string key)
    {
        foreach (var line in table.Split('\n'))
        {
            var equals = line.IndexOf('=');
            if (equals < 0 || line[..equals].Trim() != key) continue;
            return table[(table.IndexOf(line, StringComparison.Ordinal) + equals + 1)..];
        }
        return null;
    }

    /// <summary>The strings of the array that the text starts with.</summary>
    private static List<string> Strings(string text)
    {
        var found = new List<string>();
        var at = text.IndexOf('[');
        if (at < 0) throw Wrong();
        for (at++; at < text.Length; at++)
        {
            switch (text[at])
            {
                case ']': return found;
                case '#': at = text.IndexOf('\n', at) is var end and >= 0 ? end : text.Length; break;
                case '"': found.Add(Basic(text, ref at)); break;
                case '\'':
                    var close = text.IndexOf('\'', at + 1);
                    if (close < 0) throw Wrong();
                    found.Add(text[(at + 1)..close]);
                    at = close;
                    break;
                case ',' or ' ' or '\t' or '\r' or '\n': break;
                default: throw Wrong();
            }
        }
        throw Wrong();
    }

    private static string Basic(string text, ref int at)
    {
        var value = new StringBuilder();
        for (at++; at < text.Length && text[at] != '"'; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            value.Append(text[at]);
        }
        return at < text.Length ? value.ToString() : throw Wrong();
    }

    private static RefusalException Wrong() =>
        RefusalException.Bad(
            "pyproject.toml: the dependencies of [project] are not an array of strings. Mend it, or list them in requirements.txt");
}
