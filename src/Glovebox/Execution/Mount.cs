namespace Glovebox.Execution;

/// <summary>Something mounted in a box. <paramref name="Target"/> is an absolute path inside; it is made when it is not there.</summary>
public abstract record Mount(string Target);

/// <summary>A file or directory of the host.</summary>
public sealed record BindMount(string Source, string Target, bool ReadOnly) : Mount(Target);

/// <summary>A directory of the host (<paramref name="Lower"/>) that the box may change freely: all changes land in <paramref name="Upper"/>.</summary>
/// <param name="Work">An empty directory on the file system of <paramref name="Upper"/>.</param>
public sealed record OverlayMount(string Lower, string Upper, string Work, string Target) : Mount(Target)
{
    /// <summary>More directories of the host, below <see cref="Lower"/>, topmost first.</summary>
    public IReadOnlyList<string> Below { get; init; } = [];
}

/// <summary>Memory that looks like a directory.</summary>
public sealed record TmpfsMount(string Target, long SizeBytes) : Mount(Target);
