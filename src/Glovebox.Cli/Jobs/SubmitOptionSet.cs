using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Jobs;

/// <summary>The options of <c>job submit</c>, and the job they stand for. What the values may be is the feature's to say.</summary>
internal sealed class SubmitOptionSet
{
    private readonly Option<string?> _environment = Options.Text("--env", "-e", "NAME", "Environment of the server's project, or 'host'");
    private readonly Option<string?> _image = Options.Text("--image", null, "NAME", "Glovebox environment or image, or any image that a Docker resource can pull");
    private readonly Option<string?> _in = Options.Text("--in", null, "TIME", "Start after this time: 10m, 1h30m");
    private readonly Option<string?> _at = Options.Text("--at", null, "TIME", "Start then: 2026-03-01T12:00:00Z");
    private readonly Option<string?> _cron = Options.Text("--cron", null, "EXPR", "Start at each of these times: '*/10 * * * *', @daily");
    private readonly Option<string?> _zone = Options.Text("--tz", null, "ZONE", "Time zone of --cron: Europe/Paris (default: UTC)");
    private readonly Option<string?> _overlap = Options.Text("--overlap", null, "POLICY", "When a tick's turn comes while one runs: allow (default), skip, queue, replace");
    private readonly Option<string?> _catchUp = Options.Text("--catch-up", null, "POLICY", "Ticks that were missed: none (default), last, all");
    private readonly Option<string?> _expires = Options.Text("--expires", null, "TIME", "Never start later than this: an age from now (2h) or an RFC 3339 time");
    private readonly Option<string?> _retries = Options.Text("--retries", null, "N", "Try again up to N times (default: 0)");
    private readonly Option<string[]> _retryOn = Options.Texts(
        "--retry-on", null, "CLASS=N[,...]", "Which failures retry, and how often each: exit_code, start, out_of_memory, out_of_disk, missing_output, lost, timeout");
    private readonly Option<string?> _retryDelay = Options.Text("--retry-delay", null, "FIRST[,MOST]", "Before a retry: at first, doubled each time, and at most (default: 1s,5m)");
    private readonly Option<string?> _retryMemory = Options.Text("--retry-memory", null, "FACTOR[,MOST]", "After out_of_memory the memory limit grows by this: 2,16g");
    private readonly Option<string?> _timeout = Options.Text("--timeout", null, "TIME", "End an execution after 10s, 5m, 1h30m, 2d");
    private readonly Option<string?> _grace = Options.Text("--grace", null, "TIME", "Between TERM and KILL (default: 10s)");
    private readonly Option<string?> _memory = Options.Text("--memory", null, "SIZE", "Limit of memory: 512m, 2g");
    private readonly Option<string?> _cpus = Options.Text("--cpus", null, "N", "Limit of processors: 1.5");
    private readonly Option<string?> _pids = Options.Text("--pids", null, "N", "Limit of processes and threads");
    private readonly Option<string?> _disk = Options.Text("--disk", null, "SIZE", "Limit of what is written to disk: 10g");
    private readonly Option<string?> _priority = Options.Text("--priority", null, "N", "-1000 to 1000, higher goes first (default: 0)");
    private readonly Option<string?> _key = Options.Text("--key", null, "KEY", "While an unfinished job of the task has this key, return that one");
    private readonly Option<string?> _array = Options.Text("--array", null, "FROM-TO", "One execution for each number: 1-100; {index} in the command");
    private readonly Option<string?> _batch = Options.Text("--batch", null, "VALUES", "One execution for each combination: 'a=1,2 b=x,y'; {a} and {b} in the command");
    private readonly Option<string?> _parallel = Options.Text("--parallel", null, "N", "How many of an array may run at once");
    private readonly Option<string[]> _variables = Options.Texts("--set-env", null, "K=V", "Environment variable of the command");
    private readonly Option<string?> _directory = Options.Text("--workdir", null, "PATH", "Working directory in the box");
    private readonly Option<string[]> _volumes = Options.Texts("--volume", null, "SOURCE:TARGET[:ro]", "Mount a path of the resource, below one that the server allows");
    private readonly Option<string[]> _files = Options.Texts("--file", null, "FILE[:PATH]", "Send a small file along, put at PATH in the working directory");
    private readonly Option<string[]> _outputs = Options.Texts("--output", "-o", "PATH", "Keep this file of the working directory");
    private readonly Option<string?> _network = Options.Text("--network", null, "none|host", "The host's network (default: none)");
    private readonly Option<string[]> _hosts = Options.Texts("--add-host", null, "NAME:ADDRESS", "A host name for the box; Docker resources");
    private readonly Option<string?> _pull = Options.Text("--pull", null, "WHEN", "missing (default), always or never; Docker resources");
    private readonly Option<string[]> _metadata = Options.Texts("--metadata", null, "K=V", "Kept with the job and searchable as metadata.K");
    private readonly Option<string[]> _webhooks = Options.Texts("--webhook", null, "[ON=]URL", "POST to it when the job succeeds=, fails= or finishes= (default)");
    private readonly Option<string[]> _notify = Options.Texts("--notify", null, "[ON=]ADDRESS", "Mail when it succeeds=, fails= or finishes= (default)");

    private readonly Option<string?> _onSuccess = Options.Text("--on-success", null, "FUNCTION", "Call this function, once, for each execution that succeeded");

    private readonly Argument<string> _task = new("TASK") { Description = "The stream of work that it belongs to; made if need be" };
    private readonly Argument<string[]> _command = new("COMMAND") { Arity = ArgumentArity.OneOrMore, Description = "Program and arguments" };

    public void AddTo(Command verb)
    {
        Option[] options =
        [
            _environment, _image, _in, _at, _cron, _zone, _overlap, _catchUp, _expires, _retries, _retryOn, _retryDelay, _retryMemory, _timeout, _grace, _memory, _cpus, _pids, _disk,
            _priority, _key, _array, _batch, _parallel, _variables, _directory, _volumes, _files, _outputs, _network, _hosts, _pull, _metadata, _webhooks, _notify,
            _onSuccess,
        ];
        verb.Add(_task);
        foreach (var option in options) verb.Add(option);
        verb.Add(_command);
    }

    /// <exception cref="RefusalException">A value is wrong.</exception>
    public (string Task, JobSpec Spec) Read(ParseResult parse, CommandContext context) => (parse.GetRequiredValue(_task), new JobSpec
    {
        Environment = parse.GetValue(_environment),
        Image = parse.GetValue(_image),
        Command = parse.GetValue(_command) ?? [],
        Variables = Pairs.ParseAll("--set-env", parse.GetValue(_variables) ?? []),
        WorkingDirectory = parse.GetValue(_directory),
        StartIn = parse.GetValue(_in) is { } wait ? Durations.Parse("--in", wait).TotalSeconds : null,
        StartAt = parse.GetValue(_at) is { } at ? Instants.Absolute("--at", at) : null,
        Cron = parse.GetValue(_cron),
        TimeZone = parse.GetValue(_zone),
        Overlap = SubmitWords.Choice<OverlapPolicy>("--overlap", parse.GetValue(_overlap)),
        CatchUp = SubmitWords.Choice<CatchUpPolicy>("--catch-up", parse.GetValue(_catchUp)),
        ExpiresAt = parse.GetValue(_expires) is { } expires ? Instants.Ahead("--expires", expires, context.Clock) : null,
        Retry = Retry(parse),
        Limits = Limits(parse),
        GraceSeconds = parse.GetValue(_grace) is { } grace ? Durations.Parse("--grace", grace).TotalSeconds : 10,
        Network = SubmitWords.Choice<NetworkMode>("--network", parse.GetValue(_network)),
        Priority = parse.GetValue(_priority) is { } priority ? SubmitWords.Priority(priority) : 0,
        Key = parse.GetValue(_key),
        Volumes = [.. (parse.GetValue(_volumes) ?? []).Select(SubmitWords.Volume)],
        Files = [.. (parse.GetValue(_files) ?? []).Select(text => SubmitWords.File(text, context.Directory))],
        Outputs = parse.GetValue(_outputs) ?? [],
        Array = SubmitWords.Array(parse.GetValue(_array), parse.GetValue(_batch), parse.GetValue(_parallel)),
        ExtraHosts = SubmitWords.Hosts(parse.GetValue(_hosts) ?? []),
        Pull = SubmitWords.Choice<PullPolicy>("--pull", parse.GetValue(_pull)),
        Metadata = SubmitWords.Metadata(parse.GetValue(_metadata) ?? []),
        Notify = SubmitWords.Targets("--notify", parse.GetValue(_notify) ?? [], address => address),
        Webhooks = SubmitWords.Targets("--webhook", parse.GetValue(_webhooks) ?? [], url => new Webhook(url, new Dictionary<string, string>())),
        OnSuccess = parse.GetValue(_onSuccess) is { } function ? new FunctionTrigger(function) : null,
    });

    private RetryPolicy Retry(ParseResult parse)
    {
        var classes = SubmitWords.Classes(parse.GetValue(_retryOn) ?? []);
        var limit = parse.GetValue(_retries) is { } retries ? Numbers.Whole("--retries", retries, 0) : classes?.Values.Sum() ?? 0;
        var policy = new RetryPolicy { Limit = limit, Classes = classes };
        if (parse.GetValue(_retryDelay) is { } delay)
        {
            var (first, most) = SubmitWords.Pair("--retry-delay", delay, "give FIRST or FIRST,MOST, such as 10s,1h");
            policy = policy with { DelaySeconds = Durations.Parse("--retry-delay", first).TotalSeconds };
            policy = policy with
            {
                MaxDelaySeconds = most is null ? Math.Max(policy.MaxDelaySeconds, policy.DelaySeconds) : Durations.Parse("--retry-delay", most).TotalSeconds,
            };
        }

        if (parse.GetValue(_retryMemory) is not { } memory) return policy;
        var (factor, cap) = SubmitWords.Pair("--retry-memory", memory, "give FACTOR or FACTOR,MOST, such as 2,16g");
        return policy with
        {
            MemoryFactor = Numbers.Positive("--retry-memory", factor), MaxMemoryBytes = cap is null ? null : Sizes.Parse("--retry-memory", cap),
        };
    }

    private RunLimits Limits(ParseResult parse) => new(
        parse.GetValue(_memory) is { } memory ? Sizes.Parse("--memory", memory) : null,
        parse.GetValue(_cpus) is { } cpus ? Numbers.Positive("--cpus", cpus) : null,
        parse.GetValue(_pids) is { } pids ? Numbers.Whole("--pids", pids, 1) : null,
        parse.GetValue(_disk) is { } disk ? Sizes.Parse("--disk", disk) : null,
        parse.GetValue(_timeout) is { } timeout ? Durations.Parse("--timeout", timeout).TotalSeconds : null);
}
