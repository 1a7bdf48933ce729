using Glovebox.Api.Execution;

namespace Glovebox.Api.Functions;

/// <summary>What its user says of a function, beside its code.</summary>
public sealed record FunctionSpec
{
    /// <summary>By name; the newest version of it.</summary>
    public required string Runtime { get; init; }

    /// <summary><c>module.function</c> for Python, <c>file</c> or <c>file.export</c> for Node, a path for an executable. Null: found in the code.</summary>
    public string? Handler { get; init; }

    /// <summary>Null: found in the code.</summary>
    public ContractKind? Contract { get; init; }

    /// <summary>Instances that are kept, called or not: 0 to 1000.</summary>
    public int Min { get; init; }

    /// <summary>Instances at most: 1 to 1000.</summary>
    public int Max { get; init; } = 4;

    /// <summary>Calls that one instance serves at once: 1 to 1000.</summary>
    public int Concurrency { get; init; } = 1;

    /// <summary>An instance that was not called for so long is let go, in seconds.</summary>
    public double IdleSeconds { get; init; } = 300;

    /// <summary>Of one call, in seconds.</summary>
    public double TimeoutSeconds { get; init; } = 30;

    /// <summary>Of one instance; null for no limit.</summary>
    public long? MemoryBytes { get; init; }
    public double? Cpus { get; init; }
    public int? Pids { get; init; }
    public int? OpenFiles { get; init; }
    public long TmpBytes { get; init; } = 64L << 20;

    public Preload Preload { get; init; } = Preload.Auto;
    public Isolation Isolation { get; init; } = Isolation.Reuse;
    public NetworkMode Network { get; init; } = NetworkMode.None;

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>As variables for the code; read <c>***</c> for everybody else.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; init; } = new Dictionary<string, string>();

    /// <summary>Calls that may wait; one more is refused.</summary>
    public int QueueLimit { get; init; } = 1000;

    /// <summary>A client that goes away cancels its call.</summary>
    public bool CancelOnDisconnect { get; init; } = true;

    /// <summary>When it is called by itself, with no parameters; see docs/jobs.md for the form. Null: never.</summary>
    public string? Cron { get; init; }

    /// <summary>IANA name of the zone of <see cref="Cron"/>; null for UTC.</summary>
    public string? TimeZone { get; init; }

    /// <summary>Records of calls that are kept: 1 to 1,000,000, and a week at most.</summary>
    public int KeepCalls { get; init; } = 10_000;
}
