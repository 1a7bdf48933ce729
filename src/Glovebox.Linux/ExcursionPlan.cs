namespace Glovebox.Linux;

/// <summary>One mount(2) call. The last argument is the file system's own options.</summary>
internal unsafe struct MountCall
{
    public byte* Source;
    public byte* Target;
    public byte* Type;
    public ulong Flags;
    public byte* Options;
}

internal enum ExcursionStep
{
    None,
    EnterCgroup,
    MountNamespace,
    Mount,
    Spawn,
    Return,
}

/// <summary>What a thread does away from home, and what came of it. All of it lies in native memory.</summary>
internal unsafe struct ExcursionPlan
{
    /// <summary>Open files into which the thread writes 0 to enter its cgroups, and to come back.</summary>
    public int* EntryFiles;
    public int EntryCount;
    public int* HomeFiles;
    public int HomeCount;

    /// <summary>A pipe: the thread waits here, in its cgroups, until a byte comes.</summary>
    public int OrderFile;

    /// <summary>Set before the byte is sent: nothing is to be started.</summary>
    public int Abandoned;

    /// <summary>In a mount namespace of its own, with these mounts, made in this directory; null to stay in the host's.</summary>
    public byte* StandIn;
    public MountCall* Mounts;
    public int MountCount;

    /// <summary>The mount namespace and root directory to come back to.</summary>
    public int HomeNamespace;
    public int HomeRoot;

    public SpawnArguments Program;

    public int Pid;
    public ExcursionStep Failed;
    public int FailedMount;
    public int Error;
}
