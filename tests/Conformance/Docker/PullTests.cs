using Glovebox.Api.Execution;
using Glovebox.Backends.Docker;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Docker;

/// <summary>Images from a registry that asks who one is.</summary>
public abstract class PullSuite(Engines engines, string name) : IAsyncLifetime
{
    private int _noted;
    private readonly TestBox _box = new(isolated: true);
    private TestEngine? _engine;
    private TestRegistry? _registry;

    private string Image => $"{_registry!.Host}/editions-{name}:latest";

    public async ValueTask InitializeAsync()
    {
        _engine = await engines.StartAsync(name);
        _registry = await TestRegistry.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_registry is not null) await _registry.DisposeAsync();
        _box.Dispose();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task An_absent_image_is_pulled_once_and_again_only_when_asked_for()
    {
        await _engine!.PublishAsync(_registry!, Image, "first");
        using var backend = Backend(_registry!.Right);
        Assert.Equal("first\n", await EditionAsync(backend, PullPolicy.Missing));
        await _engine.PublishAsync(_registry, Image, "second", keep: Image);
        Assert.Equal("first\n", await EditionAsync(backend, PullPolicy.Missing));
        Assert.Equal("first\n", await EditionAsync(backend, PullPolicy.Never));
        Assert.Equal("second\n", await EditionAsync(backend, PullPolicy.Always));
        Assert.Equal("second\n", await EditionAsync(backend, PullPolicy.Never));
    }

    [Fact]
    public async Task Several_that_lack_it_at_once_all_get_it()
    {
        await _engine!.PublishAsync(_registry!, Image, "first");
        using var backend = Backend(_registry!.Right);
        var before = _registry.Given;
        var pulls = Enumerable.Range(0, 4).Select(_ => backend.PullAsync(Named(Image, PullPolicy.Missing), () => Task.CompletedTask, TestContext.Current.CancellationToken));
        Assert.All(await Task.WhenAll(pulls), Assert.Null);
        Assert.Equal("first\n", await EditionAsync(backend, PullPolicy.Never));
        // One layer, which is fetched once or was there, and a small configuration, which each of them may ask for: four times both would be eight.
        Assert.InRange(_registry.Given - before, 1, 7);
    }

    [Fact]
    public async Task It_can_be_pulled_ahead_of_its_start()
    {
        await _engine!.PublishAsync(_registry!, Image, "first");
        using var backend = Backend(_registry!.Right);
        Assert.Null(await backend.PullAsync(Named(Image, PullPolicy.Always), Noted, TestContext.Current.CancellationToken));
        Assert.Equal(1, _noted);
        Assert.Null(await backend.PullAsync(Named(Image, PullPolicy.Missing), Noted, TestContext.Current.CancellationToken));
        Assert.Equal(1, _noted);
        Assert.Equal("first\n", await EditionAsync(backend, PullPolicy.Never));
    }

    [Fact]
    public async Task A_wrong_password_is_a_start_failure_that_names_the_image()
    {
        await _engine!.PublishAsync(_registry!, Image, "first");
        foreach (var logins in (Dictionary<string, RegistryLogin>[])[_registry!.Wrong, []])
        {
            using var backend = Backend(logins);
            var failure = await backend.PullAsync(Named(Image, PullPolicy.Missing), Noted, TestContext.Current.CancellationToken);
            Assert.Equal(125, failure!.ExitCode);
            Assert.Contains($"'{Image}'", failure.Message);
            Assert.Contains($"login for '{_registry.Host}'", failure.Message);
            Assert.Equal(failure, (await backend.StartAsync(Request(PullPolicy.Missing), TestContext.Current.CancellationToken)).Failure);
        }
    }

    [Fact]
    public async Task An_image_that_the_registry_does_not_have_is_a_start_failure_that_names_it()
    {
        using var backend = Backend(_registry!.Right);
        var failure = (await backend.StartAsync(Request(PullPolicy.Missing), TestContext.Current.CancellationToken)).Failure;
        Assert.Equal(125, failure!.ExitCode);
        Assert.Contains($"'{Image}'", failure.Message);
    }

    private Task Noted()
    {
        _noted++;
        return Task.CompletedTask;
    }

    private DockerBackend Backend(Dictionary<string, RegistryLogin> logins) =>
        new(new DockerHost { Address = _engine!.Address, Backend = name, Registries = logins }, TimeProvider.System);

    private async Task<string> EditionAsync(DockerBackend backend, PullPolicy pull)
    {
        using var output = new MemoryStream();
        var request = Request(pull);
        var result = await backend.StartAsync(request with { Streams = new ExecutionStreams(_box.Log, Output: output) }, TestContext.Current.CancellationToken);
        Assert.True(result.Failure is null, result.Failure?.Message);
        await using (result.Instance!) await result.Instance!.WaitAsync(CancellationToken.None);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }

    private ExecutionRequest Request(PullPolicy pull)
    {
        Directory.CreateDirectory(_box.State); // It goes with its box.
        return _box.Shell("echo $EDITION") with { Image = Named(Image, pull), Mounts = [] };
    }

    private static NamedImage Named(string image, PullPolicy pull) => new(image, pull, new Dictionary<string, string>());
}

public sealed class DockerPullTests(Engines engines) : PullSuite(engines, "docker");

public sealed class PodmanPullTests(Engines engines) : PullSuite(engines, "podman");
