using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Bundle;

/// <summary>All that the runtime's configuration says, decided.</summary>
internal sealed record BundlePlan
{
    public required ExecutionRequest Request { get; init; }

    /// <summary>The root on the host: a layer itself, or where an overlay will be mounted.</summary>
    public required string RootPath { get; init; }

    public required bool RootReadOnly { get; init; }

    /// <summary>The request's mounts, each overlay already a directory of the host, then ours.</summary>
    public required IReadOnlyList<Mount> Mounts { get; init; }

    /// <summary>The init program on the host and its options; null when the machine has none.</summary>
    public required InitProgram? Init { get; init; }

    /// <summary>The box's own cgroup, below ours; null when the runtime shall not touch cgroups.</summary>
    public required string? CgroupPath { get; init; }

    /// <summary>The box's root user is an ordinary user of the host.</summary>
    public required bool Rootless { get; init; }

    /// <summary>Most processes and threads of the box, counted by its user namespace; null where a cgroup counts them.</summary>
    public required int? MostProcesses { get; init; }

    /// <summary>Open files of one process; null for what the host allows.</summary>
    public int? MostOpenFiles { get; init; }

    /// <summary>Largest file that the box may write, in bytes; null for what the host allows.</summary>
    public required long? LargestFile { get; init; }
}

/// <summary>
/// A program for process 1 of a box: it passes signals on and reaps what is orphaned. A command that were process 1 itself could not be
/// ended with TERM unless it handled it.
/// </summary>
internal sealed record InitProgram(string Path, IReadOnlyList<string> Options);
