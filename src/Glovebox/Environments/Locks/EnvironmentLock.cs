using Glovebox.Api.Environments;
using Glovebox.Images;

namespace Glovebox.Environments.Locks;

/// <summary>
/// A spec resolved: enough to build the same image again, with nothing left to choose. Its digest (SHA-256 of its canonical JSON) is the
/// environment's identity.
/// </summary>
/// <param name="Base">As the user named it.</param>
/// <param name="Architecture">Debian's and OCI's word: <c>amd64</c>.</param>
/// <param name="Steps">In the order of building; the first is the base.</param>
/// <param name="Variables">Those the spec adds to the base's.</param>
/// <param name="WorkingDirectory">Null for the base's own, or <c>/work</c>.</param>
/// <param name="User">As the spec has it; null for the base's own.</param>
public sealed record EnvironmentLock(
    string Base, string Architecture, IReadOnlyList<LockedStep> Steps, IReadOnlyDictionary<string, string> Variables,
    string? WorkingDirectory, string? User)
{
    public Digest Digest => Digest.Of(LockJson.Canonical(this));

    /// <summary>The packages of all steps.</summary>
    public IReadOnlyList<LockedPackage> Packages => [.. Steps.SelectMany(step => step.Packages)];
}

/// <summary>One step of a build, resolved.</summary>
public sealed record LockedStep
{
    /// <summary>Who makes it: <see cref="Building.IStepMaker.Kind"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>What was asked for: a suite, names of packages, a command.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>The content that it must come to, where that is known before: a base's layer, an image.</summary>
    public Digest? Result { get; init; }

    /// <summary>Sorted by name, architecture and version.</summary>
    public IReadOnlyList<LockedPackage> Packages { get; init; } = [];

    /// <summary>Files by content, kept in the blob store; sorted by path.</summary>
    public IReadOnlyList<LockedFile> Files { get; init; } = [];
}

/// <summary>A file that a step needs.</summary>
/// <param name="Path">Where it goes: an absolute path of the image for copied files, a plain name for a wheel.</param>
/// <param name="Content">Of its bytes; null for a symbolic link.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Target">Of a symbolic link; null for a file.</param>
public sealed record LockedFile(string Path, Digest? Content, int Mode, string? Target = null);
