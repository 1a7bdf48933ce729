using Glovebox.Api.Execution;
using Glovebox.Api.Functions;
using Glovebox.Environments;

namespace Glovebox.Functions.Pool;

/// <summary>A version of a function with everything resolved: what the pool needs to make instances of it. Immutable; equal by <see cref="Key"/>.</summary>
public sealed record FunctionPlan
{
    /// <summary>The function's name.</summary>
    public required string Function { get; init; }

    public required int Version { get; init; }

    /// <summary>Names the version among all: <c>name@3</c>.</summary>
    public string Key => $"{Function}@{Version}";

    /// <summary>
    /// Equal for functions whose generic instances can serve each other: the environment, the dependencies and all that is fixed when a box starts.
    /// </summary>
    public required string RuntimeKey { get; init; }

    public required PreparedEnvironment Environment { get; init; }

    /// <summary>Host directories that lie over the environment's layers, lowest first: the installed dependencies.</summary>
    public IReadOnlyList<string> DependencyLayers { get; init; } = [];

    /// <summary>The version's files on the host; never written to.</summary>
    public required string Code { get; init; }

    /// <summary>Where the code is in the box, an absolute path: the runtime's <c>path</c>.</summary>
    public required string Path { get; init; }

    public required ContractKind Contract { get; init; }

    /// <summary>
    /// <c>module.function</c> for Python, <c>file</c> or <c>file.export</c> for Node, a relative path for an executable, empty for the others.
    /// </summary>
    public string Handler { get; init; } = "";

    /// <summary>The command of the <c>thesis</c> and <c>http</c> contracts: an argument list.</summary>
    public IReadOnlyList<string> Run { get; init; } = [];

    /// <summary>Variables and secrets of the box, beside the environment's.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    public NetworkMode Network { get; init; } = NetworkMode.None;

    /// <summary>Of one instance. Its timeout is not used: calls have <see cref="Timeout"/>.</summary>
    public Limits Limits { get; init; } = Limits.None;

    /// <summary>Open files of a process; null for the engine's default.</summary>
    public int? OpenFiles { get; init; }

    /// <summary>Size of <c>/tmp</c>, in bytes.</summary>
    public long TmpBytes { get; init; } = 64L << 20;

    /// <summary>Instances that are kept, called or not.</summary>
    public int Min { get; init; }

    /// <summary>Instances at most.</summary>
    public int Max { get; init; } = 4;

    /// <summary>Calls that one instance serves at once.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>An instance above <see cref="Min"/> that was not called for so long is let go.</summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Of one call, from its start in an instance. An instance that does not end in time is replaced.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(30);

    public Preload Preload { get; init; } = Preload.Auto;
    public Isolation Isolation { get; init; } = Isolation.Reuse;

    /// <summary>Calls that may wait; one more is refused with 429.</summary>
    public int QueueLimit { get; init; } = 1000;

    /// <summary>Bytes of a result; a larger one fails the call.</summary>
    public long ReplyLimitBytes { get; init; } = 32L << 20;

    public bool Equals(FunctionPlan? other) => other is not null && Key == other.Key;

    public override int GetHashCode() => Key.GetHashCode(StringComparison.Ordinal);
}
