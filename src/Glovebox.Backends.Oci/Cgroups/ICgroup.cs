using Glovebox.Api.Execution;

namespace Glovebox.Backends.Oci.Cgroups;

/// <summary>The control group of one box, made and read by us, so that its counters outlive the box.</summary>
internal interface ICgroup
{
    /// <summary>Its directories, one per hierarchy: enough to find it again (see <see cref="ICgroupSite.Open"/>).</summary>
    IReadOnlyList<string> Directories { get; }

    /// <summary>
    /// Files into which a process or thread writes 0 to step in, before it starts the runtime. Empty where only whole processes can move and
    /// the runtime does it itself.
    /// </summary>
    IReadOnlyList<string> EntryFiles { get; }

    /// <summary>Files into which a thread that entered writes 0 to go back to where this process stands.</summary>
    IReadOnlyList<string> HomeFiles { get; }

    /// <summary>Puts a process in that is the only one of its box yet. Nothing where the runtime does it itself.</summary>
    /// <exception cref="IOException">The process is gone, or the group is.</exception>
    void Enter(int pid);

    /// <summary>What the runtime's configuration names as the box's own group, below this one; null when the runtime shall touch none.</summary>
    string? RuntimePath { get; }

    /// <summary>Sets the limits. More directories, and entry files behind the others, may be the result.</summary>
    /// <param name="overhead">Processes of ours that will be inside too.</param>
    void Apply(Limits limits, int overhead);

    CgroupReading Read();

    /// <summary>Kills every process inside.</summary>
    void Kill();

    /// <summary>True when it is gone; false while something in it still ends.</summary>
    bool TryRemove();
}

/// <summary>Counters of a group over its whole life.</summary>
/// <param name="OutOfMemoryKills">Processes that the kernel killed for want of memory.</param>
internal sealed record CgroupReading(double? CpuSeconds, long? PeakMemoryBytes, long OutOfMemoryKills);

/// <summary>Where this machine lets us make groups.</summary>
internal interface ICgroupSite
{
    /// <summary>For a person: <c>v1</c>, <c>hybrid</c>, <c>v2</c>, <c>none</c>.</summary>
    string Mode { get; }

    /// <summary>Why a limit cannot be enforced here, with the mend; null when all can.</summary>
    string? Refuse(Limits limits);

    /// <summary>The directories in which groups are made.</summary>
    IReadOnlyCollection<string> Parents { get; }

    ICgroup Create(string name);

    /// <summary>Finds a group again by its <see cref="ICgroup.Directories"/>, also when parts of it are gone.</summary>
    ICgroup Open(IReadOnlyList<string> directories);
}
