using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Runs;

/// <summary>The options of <c>run</c>, and the request they stand for.</summary>
/// <param name="needsCommand">False where an earlier request may say it.</param>
internal sealed class RunOptions(bool needsCommand = true, string? paramHelp = null)
{
    private readonly Option<string?> _environment = Options.Text("--env", "-e", "NAME", "Environment of glovebox.yaml, 'host', or an image (default: the project's own)");
    private readonly Option<string[]> _params = Options.Texts("--param", "-p", "K=V", paramHelp ?? "Parameter, typed as YAML; in the file GLOVEBOX_PARAMS and as {K} in the command");
    private readonly Option<string[]> _variables = Options.Texts("--set-env", null, "K=V", "Environment variable of the command");
    private readonly Option<string[]> _secrets = Options.Texts("--secret", null, "K", "Variable given with the caller's value, which is never recorded");
    private readonly Option<string[]> _outputs = Options.Texts("--output", "-o", "PATH", "Output that must be there in the end, even where it is ignored");
    private readonly Option<string?> _network = Options.Text("--network", null, "none|host", "The host's network (default: none)");
    private readonly Option<string?> _memory = Options.Text("--memory", null, "SIZE", "Limit of memory: 512m, 2g");
    private readonly Option<string?> _cpus = Options.Text("--cpus", null, "N", "Limit of processors: 1.5");
    private readonly Option<string?> _pids = Options.Text("--pids", null, "N", "Limit of processes and threads (default: 4096)");
    private readonly Option<string?> _disk = Options.Text("--disk", null, "SIZE", "Limit of what is written to disk: 10g");
    private readonly Option<string?> _timeout = Options.Text("--timeout", null, "TIME", "End the command after 10s, 5m, 1h30m, 2d (exit code 124)");
    private readonly Flag _live = Options.Flag("--live", null, "Write to the real tree at once, instead of on success");
    private readonly Option<string?> _backend = Options.Text("--backend", null, "oci|native", "How to run: sealed (oci, the default), or with no isolation (native)");
    private readonly Flag _gpu = Options.Flag("--gpu", null, "Give the host's NVIDIA devices and driver to the box");
    private readonly Option<string?> _message = Options.Text("--message", "-m", "TEXT", "Note, kept with the run");
    private readonly Option<string[]> _tags = Options.Texts("--tag", null, "TAG", "Tag, kept with the run");
    private readonly Flag _autolog = Options.Flag("--autolog", null, "scikit-learn reports estimators, parameters and scores by itself");
    private readonly Flag _detach = Options.Flag("--detach", "-d", "Print the id and return; the run goes on when the terminal is gone");
    private readonly Flag _terminal = Options.Flag("--tty", "-t", "Give the command this terminal");

    private readonly Argument<string[]> _command = new("COMMAND") { Arity = needsCommand ? ArgumentArity.OneOrMore : ArgumentArity.ZeroOrMore, Description = "Script or program, and its arguments" };

    public void AddTo(Command verb)
    {
        Option[] options =
        [
            _environment, _params, _variables, _secrets, _outputs, _network, _memory, _cpus, _pids, _disk, _timeout, _live, _backend, _gpu,
            _message, _tags, _autolog, _detach, _terminal,
        ];
        foreach (var option in options) verb.Add(option);
        verb.Add(_command);
    }

    /// <exception cref="RefusalException">A value is wrong.</exception>
    public RunRequest Read(ParseResult parse, CommandContext context) => new()
    {
        Directory = context.Directory,
        Command = parse.GetValue(_command) ?? [],
        Environment = parse.GetValue(_environment),
        Params = Checked("--param", parse.GetValue(_params) ?? []),
        Variables = Pairs.ParseAll("--set-env", parse.GetValue(_variables) ?? []),
        Secrets = Pairs.FromEnvironment("--secret", parse.GetValue(_secrets) ?? [], context.Variable),
        Outputs = parse.GetValue(_outputs) ?? [],
        Network = Network(parse.GetValue(_network)),
        Limits = Limits(parse),
        Live = parse.Has(_live),
        Backend = parse.GetValue(_backend) ?? "oci",
        Gpu = parse.Has(_gpu),
        Message = parse.GetValue(_message),
        Tags = parse.GetValue(_tags) ?? [],
        Autolog = parse.Has(_autolog),
        Detach = parse.Has(_detach),
        Terminal = parse.Has(_terminal),
    };

    private Limits Limits(ParseResult parse) => new(
        parse.GetValue(_memory) is { } memory ? Sizes.Parse("--memory", memory) : null,
        parse.GetValue(_cpus) is { } cpus ? Numbers.Positive("--cpus", cpus) : null,
        parse.GetValue(_pids) is { } pids ? Numbers.Whole("--pids", pids, 1) : null,
        parse.GetValue(_disk) is { } disk ? Sizes.Parse("--disk", disk) : null,
        parse.GetValue(_timeout) is { } timeout ? Durations.Parse("--timeout", timeout) : null);

    private static NetworkMode Network(string? text) => text switch
    {
        null or "none" => NetworkMode.None,
        "host" => NetworkMode.Host,
        _ => throw RefusalException.Bad($"--network '{text}': give none or host"),
    };

    /// <summary>The values are YAML, which the feature reads; that there is a name is checked here.</summary>
    internal static IReadOnlyList<string> Checked(string option, IReadOnlyList<string> pairs)
    {
        _ = Pairs.ParseAll(option, pairs);
        return pairs;
    }
}
