using System.CommandLine;
using Glovebox.Api.Experiments;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Experiments;

/// <summary>How verbs that look at many runs name them.</summary>
internal sealed class SelectionOptions
{
    private readonly Argument<string[]> _ids = new("ID") { Arity = ArgumentArity.ZeroOrMore, Description = "Any unique part of a run's id, 4 or more characters" };
    private readonly Option<string?> _last = Options.Text("--last", "-n", "N", "The newest N");
    private readonly Option<string?> _where = Options.Text("--where", null, "CONDITION", "Runs for which this holds: 'metrics.accuracy>0.9 and params.C<1'");
    private readonly Option<string?> _project = Options.Text("--project", null, "DIR", "Only runs of the project with this root (default: all)");

    public void AddTo(Command verb)
    {
        verb.Add(_ids);
        foreach (var option in new Option[] { _last, _where, _project }) verb.Add(option);
    }

    /// <param name="unsaid">How many of the newest when nothing is said; null for all.</param>
    public RunSelection Read(ParseResult parse, CommandContext context, int? unsaid)
    {
        var (ids, where) = (parse.GetValue(_ids) ?? [], parse.GetValue(_where));
        int? last = parse.GetValue(_last) is { } most ? Numbers.Whole("--last", most, 1) : ids.Length == 0 && where is null ? unsaid : null;
        return new RunSelection(ids, last, where, parse.GetValue(_project) is { } root ? Path.GetFullPath(root, context.Directory) : null);
    }
}
