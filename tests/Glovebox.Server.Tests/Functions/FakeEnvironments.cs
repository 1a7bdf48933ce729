using Glovebox.Api.Environments;
using Glovebox.Environments;

namespace Glovebox.Server.Tests.Functions;

/// <summary>Knows 'host' alone.</summary>
internal sealed class FakeEnvironments : IEnvironmentSource
{
    private static readonly PreparedEnvironment Host =
        new("host", "sha256:0", "sha256:0", [], [], new Dictionary<string, string> { ["PATH"] = "/bin" }, "/work", User: null);

    public Task<PreparedEnvironment> PrepareAsync(string directory, string? name, IProgress<BuildProgress> progress, CancellationToken cancellation) => Task.FromResult(Host);

    public Task<PreparedEnvironment> PrepareRecordedAsync(string digest, IProgress<BuildProgress> progress, CancellationToken cancellation) => Task.FromResult(Host);

    public bool Knows(string directory, string name) => name == "host";

    public IReadOnlyList<LockedPackage> Packages(string digest) => [];
}
