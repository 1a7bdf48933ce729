using System.CommandLine;

namespace Glovebox.Cli.Runs;

/// <summary>How verbs name a run.</summary>
internal static class RunId
{
    private const int Least = 4, Most = 12;

    /// <summary>Whether a word looks like a part of an id, and not like a command.</summary>
    public static bool IsPart(string word) => word.Length is >= Least and <= Most && word.All(char.IsAsciiHexDigitLower);

    public static Argument<string> Argument(string name = "ID") => new(name) { Description = "Any unique part of a run's id, 4 or more characters" };
}
