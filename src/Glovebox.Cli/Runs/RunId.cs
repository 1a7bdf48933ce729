using System.CommandLine;

namespace Glovebox.Cli.Runs;

/// <summary>How verbs name a run.</summary>
internal static class RunId
{
    public static Argument<string> Argument(string name = "ID") => new(name) { Description = "Any unique part of a run's id, 4 or more characters" };
}
