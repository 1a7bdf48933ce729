using Glovebox.Jobs.Specs;

namespace Glovebox.Functions.Deploying;

/// <summary>A runtime's command as an argument list: its words, or a shell with it where it asks for one.</summary>
internal static class RunWords
{
    private static readonly System.Buffers.SearchValues<char> OfShell = System.Buffers.SearchValues.Create("|&;<>()$`*?[]#~=%!{}\n");

    /// <summary>A shell costs each call a millisecond, so a plain command is started without one.</summary>
    public static IReadOnlyList<string> Split(string run) =>
        run.AsSpan().IndexOfAny(OfShell) >= 0 ? ["/bin/sh", "-c", run] : ShellWords.Split("run", run);
}
