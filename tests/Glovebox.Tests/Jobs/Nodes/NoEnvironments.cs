using Glovebox.Api.Environments;
using Glovebox.Environments;

namespace Glovebox.Tests.Jobs.Nodes;

/// <summary>A project that has only the machine itself.</summary>
internal sealed class NoEnvironments : IEnvironmentSource
{
    public Task<PreparedEnvironment> PrepareAsync(
        string directory, string? name, IProgress<BuildProgress> progress, CancellationToken cancellation) => throw new NotSupportedException();

    public Task<PreparedEnvironment> PrepareRecordedAsync(string digest, IProgress<BuildProgress> progress, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public bool Knows(string directory, string name) => name == "host";

    public IReadOnlyList<LockedPackage> Packages(string digest) => [];
}
