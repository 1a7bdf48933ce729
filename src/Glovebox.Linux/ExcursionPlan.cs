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

/// <summary>Numbers of open files.</summary>
internal unsafe struct FileList
{
    public int* Files;
    public int Count;
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
    /// <summary>Open files into which the thread writes 0 to enter its cgroups, at once and when the order has come.</summary>
    public FileList Entry;
    public FileList LateEntry;

    /// <summary>The same to come back.</summary>
    public FileList Home;
    public FileList LateHome;

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

    /// <summary>
    /// The mount namespace that was entered, to be closed by the caller; 0 for none. As long as it is open the end of the box does not wait for
    /// the kernel to take the mounts apart, which is a matter of grace periods (10 ms).
    /// </summary>
    public int AwayNamespace;

    public SpawnArguments Program;

    public int Pid;
    public ExcursionStep Failed;
    public int FailedMount;
    public int Error;
}
