using System.CommandLine;

namespace Glovebox.Cli.Functions;

/// <summary>Arguments that several verbs share.</summary>
internal static class Words
{
    public static Argument<string> Name() => new("NAME") { Description = "A function: see glovebox function ls" };
}
