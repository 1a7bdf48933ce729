using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Api.Times;

namespace Glovebox.Api.Jobs;

/// <summary>A job as its user wrote it: what to run, when, how often, and what to do with its end. Checked before it is stored.</summary>
public sealed record JobSpec
{
    /// <summary>An environment of the server's project, or <c>host</c>. Exactly one of this and <see cref="Image"/> is set.</summary>
    public string? Environment { get; init; }

    /// <summary>A Glovebox environment or image by name or digest; otherwise any name that a Docker or Podman resource can pull.</summary>
    public string? Image { get; init; }

    /// <summary>The command and its arguments, at least one. <c>{name}</c> is filled in from the array's values.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Variables for the command. Values of secrets (by name) are stored, given to the command, and shown to nobody.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Absolute path in the box; null for the environment's own.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>Not before this time; null for at once. Not together with <see cref="Cron"/>.</summary>
    [JsonConverter(typeof(UtcTimeConverter))]
    public DateTimeOffset? StartAt { get; init; }

    /// <summary>The same as a time from the submit on, in seconds, by the server's clock; kept as <see cref="StartAt"/>.</summary>
    public double? StartIn { get; init; }

    /// <summary>Five fields (minute hour day month weekday), or six with seconds first, or <c>@hourly</c> and its kind. Null: no schedule.</summary>
    public string? Cron { get; init; }

    /// <summary>IANA name of the zone that <see cref="Cron"/> is read in; null for UTC.</summary>
    public string? TimeZone { get; init; }

    public OverlapPolicy Overlap { get; init; }
    public CatchUpPolicy CatchUp { get; init; }

    /// <summary>What has not started by then never starts: <c>expired</c>.</summary>
    [JsonConverter(typeof(UtcTimeConverter))]
    public DateTimeOffset? ExpiresAt { get; init; }

    public RetryPolicy Retry { get; init; } = new();

    /// <summary>Limits of each execution; the timeout counts from its start.</summary>
    public RunLimits Limits { get; init; } = new(null, null, null, null, null);

    /// <summary>Time between TERM and KILL in seconds, 0 to 3600.</summary>
    public double GraceSeconds { get; init; } = 10;

    public NetworkMode Network { get; init; }

    /// <summary>-1000 to 1000; higher goes first, equals go in the order they came.</summary>
    public int Priority { get; init; }

    /// <summary>While an unfinished job of the task has this key, a submit with it returns that job. Up to 200 characters.</summary>
    public string? Key { get; init; }

    public IReadOnlyList<JobVolume> Volumes { get; init; } = [];

    /// <summary>Files put into the working directory before the start; local resources only.</summary>
    public IReadOnlyList<JobFile> Files { get; init; } = [];

    /// <summary>Paths below the working directory that are kept after the end; local resources only.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    public JobArray? Array { get; init; }

    /// <summary>When a Docker resource pulls <see cref="Image"/>.</summary>
    public PullPolicy Pull { get; init; }

    /// <summary>Host names and the addresses they have in the box; Docker resources only.</summary>
    public IReadOnlyDictionary<string, string> ExtraHosts { get; init; } = new Dictionary<string, string>();

    /// <summary>Whatever the user wants to find again: kept, searchable (<c>metadata.name</c>), sent with webhooks.</summary>
    public JsonObject Metadata { get; init; } = [];

    /// <summary>Mail addresses.</summary>
    public OutcomeTargets<string> Notify { get; init; } = new();

    public OutcomeTargets<Webhook> Webhooks { get; init; } = new();

    /// <summary>A function that is called, once, for each execution that succeeded; null for none.</summary>
    public FunctionTrigger? OnSuccess { get; init; }
}

/// <summary>A call that a job causes, with the JSON of <see cref="WebhookBody"/> as its parameters.</summary>
/// <param name="Function">NAME, NAME:ALIAS or NAME@VERSION.</param>
public sealed record FunctionTrigger(string Function);

/// <summary>Whom to tell of an execution that ended and is not retried.</summary>
/// <param name="Finishes">However it ended.</param>
/// <param name="Fails">On every end but success: failed, timed out, cancelled, expired, lost.</param>
public sealed record OutcomeTargets<T>(IReadOnlyList<T> Succeeds, IReadOnlyList<T> Fails, IReadOnlyList<T> Finishes)
{
    public OutcomeTargets() : this([], [], [])
    {
    }

    [JsonIgnore]
    public bool IsEmpty => Succeeds.Count + Fails.Count + Finishes.Count == 0;
}

/// <summary>A URL that gets a signed POST.</summary>
/// <param name="Url">http or https.</param>
/// <param name="Retries">How often a failed attempt is repeated, 0 to 100.</param>
public sealed record Webhook(string Url, IReadOnlyDictionary<string, string> Headers, int Retries = 5);

/// <summary>A directory or file of the resource, mounted in the box. Allowed only below the server's <c>volumes</c> setting.</summary>
public sealed record JobVolume(string Source, string Target, bool ReadOnly = false);

/// <summary>A small file that travels with the job.</summary>
/// <param name="Path">Relative to the working directory, without <c>..</c>.</param>
/// <param name="Content">Its bytes; base64 in JSON.</param>
public sealed record JobFile(string Path, byte[] Content, bool Executable = false);

/// <summary>One job, many executions. Either a range of whole numbers or every combination of some values.</summary>
/// <param name="From">First index; with <paramref name="To"/>.</param>
/// <param name="To">Last index, included.</param>
/// <param name="Batch">Values by name; null for a range.</param>
/// <param name="Parallelism">How many may run at once; null for as many as there is room for.</param>
public sealed record JobArray(long? From, long? To, IReadOnlyList<ArrayParameter>? Batch, int? Parallelism = null)
{
    /// <summary>The number of executions.</summary>
    [JsonIgnore]
    public long Count => Batch is null ? To!.Value - From!.Value + 1 : Batch.Aggregate(1L, (count, p) => checked(count * p.Values.Count));

    /// <summary>The values of one execution, by name: <c>index</c>, and with a batch its parameters (the last varies fastest).</summary>
    /// <param name="position">0 to <see cref="Count"/> - 1.</param>
    public IReadOnlyDictionary<string, string> ValuesAt(long position)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["index"] = ((From ?? 0) + position).ToString(System.Globalization.CultureInfo.InvariantCulture),
        };
        foreach (var parameter in (Batch ?? []).Reverse())
        {
            values[parameter.Name] = parameter.Values[(int)(position % parameter.Values.Count)];
            position /= parameter.Values.Count;
        }

        return values;
    }
}

/// <summary>A name and the values it takes.</summary>
public sealed record ArrayParameter(string Name, IReadOnlyList<string> Values);
