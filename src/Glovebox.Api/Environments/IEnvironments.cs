namespace Glovebox.Api.Environments;

/// <summary>The environments of a project, and the images they are built into.</summary>
public interface IEnvironments
{
    /// <summary>The environments that a directory's project names or that were detected in it, the built-in <c>host</c> included.</summary>
    Task<IReadOnlyList<EnvironmentSummary>> ListAsync(string directory, CancellationToken cancellation);

    /// <param name="name">Null for the project's default.</param>
    /// <exception cref="RefusalException">Not found (with the nearest name), or the spec is wrong.</exception>
    Task<EnvironmentDetails> ShowAsync(string directory, string? name, CancellationToken cancellation);

    /// <summary>Resolves (unless locked) and builds. Building what is built costs nothing.</summary>
    Task<EnvironmentDetails> BuildAsync(string directory, string? name, bool rebuild, IProgress<BuildProgress> progress, CancellationToken cancellation);

    /// <summary>Resolves anew and writes <c>glovebox.lock</c> in the project's root: the named environment, or all of them when null.</summary>
    /// <returns>The path of the lock file.</returns>
    Task<string> LockAsync(string directory, string? name, IProgress<BuildProgress> progress, CancellationToken cancellation);

    /// <summary>Forgets what an environment was built into. Layers that nothing else uses are freed by gc.</summary>
    Task RemoveAsync(string directory, string name, CancellationToken cancellation);

    /// <summary>Writes an OCI archive of the built environment. The file appears whole or not at all.</summary>
    Task ExportAsync(string directory, string? name, string path, IProgress<BuildProgress> progress, CancellationToken cancellation);
}
