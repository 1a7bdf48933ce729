using Glovebox.Tests.Conformance.Docker;

[assembly: AssemblyFixture(typeof(Engines))]

namespace Glovebox.Tests.Conformance.Docker;

/// <summary>The container engines of this test run: each is started when the first test needs it, and ended with the last.</summary>
public sealed class Engines : IAsyncDisposable
{
    private readonly Lazy<Task<TestEngine>> _docker = new(() => TestEngine.StartAsync("docker"));
    private readonly Lazy<Task<TestEngine>> _podman = new(() => TestEngine.StartAsync("podman"));

    internal Task<TestEngine> StartAsync(string name)
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can start a container engine.");
        foreach (var program in TestEngine.Programs(name))
            Assert.SkipUnless(TestEngine.Places.Any(place => File.Exists(Path.Combine(place, program))), $"{program} is not installed.");
        return name == "docker" ? _docker.Value : _podman.Value;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var engine in new[] { _docker, _podman }.Where(engine => engine is { IsValueCreated: true, Value.IsCompletedSuccessfully: true }))
            await (await engine.Value).DisposeAsync();
    }
}
