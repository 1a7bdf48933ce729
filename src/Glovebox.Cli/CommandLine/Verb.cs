using System.CommandLine;

namespace Glovebox.Cli.CommandLine;

/// <summary>What a verb does with its parsed words; the result is the exit code.</summary>
internal delegate Task<int> VerbAction(ParseResult parse, CancellationToken cancellation);

/// <summary>A command that does something. System.CommandLine parses for it; running, help and failures are ours (see <see cref="Entry"/>).</summary>
internal sealed class Verb(string name, string description) : Command(name, description)
{
    /// <summary>What follows the verb's name in the usage line.</summary>
    public string Usage { get; init; } = "[options]";

    /// <summary>Whole command lines, each with what it does.</summary>
    public IReadOnlyList<(string Line, string Meaning)> Examples { get; init; } = [];

    /// <summary>More than one line of explanation, printed after the options.</summary>
    public string? Notes { get; init; }

    /// <summary>Options end at the first word that is none: the rest belongs to the command that is to be run.</summary>
    public bool TakesCommand { get; init; }

    public VerbAction Act { get; set; } = (_, _) => Task.FromResult(0);
}

/// <summary>A command that only groups verbs.</summary>
internal sealed class Noun(string name, string description) : Command(name, description);
