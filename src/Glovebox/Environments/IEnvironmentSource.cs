using Glovebox.Api.Environments;
using Glovebox.Execution;

namespace Glovebox.Environments;

/// <summary>What other features ask of Environments: an environment made ready to run in.</summary>
public interface IEnvironmentSource
{
    /// <summary>Resolves and builds as needed; when nothing is to do, it reads a few small files and returns.</summary>
    /// <param name="directory">Any directory of a project.</param>
    /// <param name="name">A name of the project, <c>host</c>, or an image's name or digest; null for the project's default.</param>
    /// <exception cref="Api.RefusalException">The spec is wrong, the name unknown, or the build failed.</exception>
    Task<PreparedEnvironment> PrepareAsync(
        string directory, string? name, IProgress<BuildProgress> progress, CancellationToken cancellation);

    /// <summary>The environment an earlier run used, by its lock's digest, rebuilt from the kept lock if its image is gone.</summary>
    /// <exception cref="Api.RefusalException">The lock is not known here, or the machine's own packages (host) have changed: names
    /// which.</exception>
    Task<PreparedEnvironment> PrepareRecordedAsync(string digest, IProgress<BuildProgress> progress, CancellationToken cancellation);

    /// <summary>Whether <see cref="PrepareAsync"/> knows the name: of the project, <c>host</c>, or an image's.</summary>
    /// <exception cref="Api.RefusalException">The spec is wrong.</exception>
    bool Knows(string directory, string name);

    /// <summary>Every package of an environment by its lock's digest; empty when the lock is not known here.</summary>
    IReadOnlyList<LockedPackage> Packages(string digest);
}

/// <summary>An environment that can be run in now.</summary>
/// <param name="Digest">The lock's digest, <c>sha256:…</c>.</param>
/// <param name="ImageDigest"><c>sha256:…</c>; for <c>host</c> the lock's digest again.</param>
/// <param name="Layers">Directories of the root file system, lowest first.</param>
/// <param name="Mounts">What must be mounted over the root (the host's /usr for <c>host</c>); mostly empty.</param>
/// <param name="Variables">The environment variables of the image and the spec: PATH, LANG and HOME are always there.</param>
/// <param name="WorkingDirectory">Where the project's tree belongs in the box: the spec's <c>workdir</c>, default <c>/work</c>.</param>
/// <param name="User">The spec's <c>user</c> resolved to numbers; null when the spec has none.</param>
public sealed record PreparedEnvironment(
    string Name, string Digest, string ImageDigest, IReadOnlyList<string> Layers, IReadOnlyList<Mount> Mounts,
    IReadOnlyDictionary<string, string> Variables, string WorkingDirectory, BoxUser? User);
