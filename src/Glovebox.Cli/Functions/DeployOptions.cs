using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Jobs;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Functions;

/// <summary>The options of <c>function deploy</c>, and the spec that they stand for.</summary>
internal sealed class DeployOptions
{
    private readonly Option<string?> _runtime = Options.Text("--runtime", "-r", "NAME", "What it runs on: see glovebox runtime ls");
    private readonly Option<string?> _handler = Options.Text("--handler", null, "NAME", "module.function of Python, file or file.export of Node, or a program (default: found in the code)");
    private readonly Option<string?> _contract = Options.Text("--contract", null, "KIND", "python, node, executable, thesis or http (default: found in the code)");
    private readonly Option<string?> _min = Options.Text("--min", null, "N", "Instances that are kept, called or not (default: 0)");
    private readonly Option<string?> _max = Options.Text("--max", null, "N", "Instances at most (default: 4)");
    private readonly Option<string?> _concurrency = Options.Text("--concurrency", null, "N", "Calls that one instance serves at once (default: 1)");
    private readonly Option<string?> _idle = Options.Text("--idle", null, "TIME", "Let go of an instance that was not called for so long (default: 5m)");
    private readonly Option<string?> _timeout = Options.Text("--timeout", null, "TIME", "End a call after this time (default: 30s)");
    private readonly Option<string?> _memory = Options.Text("--memory", null, "SIZE", "Limit of an instance's memory: 256m");
    private readonly Option<string?> _cpus = Options.Text("--cpus", null, "N", "Limit of an instance's processors: 0.5");
    private readonly Option<string?> _pids = Options.Text("--pids", null, "N", "Limit of an instance's processes and threads");
    private readonly Option<string?> _files = Options.Text("--open-files", null, "N", "Limit of a process's open files");
    private readonly Option<string?> _tmp = Options.Text("--tmp", null, "SIZE", "Size of /tmp (default: 64m)");
    private readonly Option<string?> _preload = Options.Text("--preload", null, "POLICY", "What waits before a call: none, runtime, function or auto (default)");
    private readonly Option<string?> _isolation = Options.Text("--isolation", null, "POLICY", "What two calls share: reuse (default), fork or fresh");
    private readonly Option<string?> _network = Options.Text("--network", null, "none|host", "The host's network (default: none)");
    private readonly Option<string[]> _variables = Options.Texts("--set-env", null, "K=V", "Environment variable of the code");
    private readonly Option<string[]> _secrets = Options.Texts("--secret", null, "NAME", "Variable whose value is taken from your environment and shown to nobody");
    private readonly Option<string?> _queue = Options.Text("--queue", null, "N", "Calls that may wait; one more is refused (default: 1000)");
    private readonly Option<string?> _disconnect = Options.Text("--cancel-on-disconnect", null, "on|off", "Whether a client that goes away cancels its call (default: on)");
    private readonly Option<string?> _cron = Options.Text("--cron", null, "EXPR", "Call it at each of these times, with no parameters: '*/10 * * * *'");
    private readonly Option<string?> _zone = Options.Text("--tz", null, "ZONE", "Time zone of --cron (default: UTC)");
    private readonly Option<string?> _keep = Options.Text("--keep-calls", null, "N", "Records of calls that are kept (default: 10000, a week at most)");

    public void AddTo(Command verb)
    {
        Option[] options =
        [
            _runtime, _handler, _contract, _min, _max, _concurrency, _idle, _timeout, _memory, _cpus, _pids, _files, _tmp, _preload, _isolation, _network,
            _variables, _secrets, _queue, _disconnect, _cron, _zone, _keep,
        ];
        foreach (var option in options) verb.Add(option);
    }

    /// <exception cref="RefusalException">A value is wrong.</exception>
    public FunctionSpec Read(ParseResult parse, Func<string, string?> variable)
    {
        var plain = new FunctionSpec { Runtime = parse.GetValue(_runtime) ?? throw RefusalException.Bad("--runtime: name one (glovebox runtime ls), or make one: glovebox runtime create py --env host") };
        return plain with
        {
            Handler = parse.GetValue(_handler),
            Contract = parse.GetValue(_contract) is { } contract ? SubmitWords.Choice<ContractKind>("--contract", contract) : null,
            Min = Whole(parse, _min, 0) ?? plain.Min,
            Max = Whole(parse, _max, 1) ?? plain.Max,
            Concurrency = Whole(parse, _concurrency, 1) ?? plain.Concurrency,
            IdleSeconds = Seconds(parse, _idle) ?? plain.IdleSeconds,
            TimeoutSeconds = Seconds(parse, _timeout) ?? plain.TimeoutSeconds,
            MemoryBytes = parse.GetValue(_memory) is { } memory ? Sizes.Parse("--memory", memory) : null,
            Cpus = parse.GetValue(_cpus) is { } cpus ? Numbers.Positive("--cpus", cpus) : null,
            Pids = Whole(parse, _pids, 1),
            OpenFiles = Whole(parse, _files, 16),
            TmpBytes = parse.GetValue(_tmp) is { } tmp ? Sizes.Parse("--tmp", tmp) : plain.TmpBytes,
            Preload = parse.GetValue(_preload) is { } preload ? SubmitWords.Choice<Preload>("--preload", preload) : plain.Preload,
            Isolation = SubmitWords.Choice<Isolation>("--isolation", parse.GetValue(_isolation)),
            Network = SubmitWords.Choice<NetworkMode>("--network", parse.GetValue(_network)),
            Variables = Pairs.ParseAll("--set-env", parse.GetValue(_variables) ?? []),
            Secrets = Pairs.FromEnvironment("--secret", parse.GetValue(_secrets) ?? [], variable),
            QueueLimit = Whole(parse, _queue, 0) ?? plain.QueueLimit,
            CancelOnDisconnect = parse.GetValue(_disconnect) switch
            {
                null or "on" => true,
                "off" => false,
                var text => throw RefusalException.Bad($"--cancel-on-disconnect '{text}': give on or off"),
            },
            Cron = parse.GetValue(_cron),
            TimeZone = parse.GetValue(_zone),
            KeepCalls = Whole(parse, _keep, 1) ?? plain.KeepCalls,
        };
    }

    private static int? Whole(ParseResult parse, Option<string?> option, int least) =>
        parse.GetValue(option) is { } text ? Numbers.Whole(option.Name, text, least) : null;

    private static double? Seconds(ParseResult parse, Option<string?> option) =>
        parse.GetValue(option) is { } text ? Durations.Parse(option.Name, text).TotalSeconds : null;
}
