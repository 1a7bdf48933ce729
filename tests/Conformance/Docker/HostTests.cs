using System.Diagnostics;
using System.Globalization;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Backends.Docker;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Docker;

/// <summary>What only a container engine has: images by name, a host that can go away.</summary>
public abstract class ContainerHostSuite(Engines engines, string name) : IAsyncLifetime
{
    private readonly TestBox _box = new(isolated: true, Named(TestEngine.Image));
    private TestEngine? _engine;
    private DockerBackend? _backend;

    public async ValueTask InitializeAsync()
    {
        _engine = await engines.StartAsync(name);
        _backend = new DockerBackend(new DockerHost { Address = _engine.Address, Backend = name }, TimeProvider.System);
    }

    public ValueTask DisposeAsync()
    {
        _backend?.Dispose();
        _box.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task An_image_that_is_absent_and_not_to_be_pulled_is_125_and_named()
    {
        var failure = await FailAsync(_box.Shell("true") with { Image = Named("no/such:image", PullPolicy.Never) });
        Assert.Equal(125, failure.ExitCode);
        Assert.Contains("'no/such:image'", failure.Message);
        Assert.Contains("pull: missing", failure.Message);
    }

    [Fact]
    public async Task A_pull_that_is_refused_is_125_and_names_image_and_registry()
    {
        var failure = await FailAsync(_box.Shell("true") with { Image = Named("127.0.0.1:1/none:tag") });
        Assert.Equal(125, failure.ExitCode);
        Assert.Contains("'127.0.0.1:1/none:tag'", failure.Message);
        Assert.Contains("login for '127.0.0.1:1'", failure.Message);
    }

    [Fact]
    public async Task A_limit_on_the_disk_is_refused()
    {
        var failure = await FailAsync(_box.Shell("true") with { Limits = new Limits(DiskBytes: 1) });
        Assert.Contains("disk", failure.Message);
    }

    [Fact]
    public async Task What_the_image_says_holds_where_the_request_says_nothing()
    {
        var request = _box.Request("sh", "-c", "pwd; echo $A $B; perl -e 'print $<'") with
        {
            Image = Named(TestEngine.ConfiguredImage),
            User = BoxUser.OfImage,
            WorkingDirectory = "",
            Environment = new Dictionary<string, string> { ["B"] = "asked" },
        };
        await RunAsync(_backend!, request);
        Assert.Equal("/etc\nimage asked\n1234", _box.Text);
    }

    [Fact]
    public async Task A_working_directory_that_is_not_there_is_made()
    {
        await RunAsync(_backend!, _box.Shell("pwd; touch mine && ls") with { WorkingDirectory = "/made/for/it" });
        Assert.Equal("/made/for/it\nmine\n", _box.Text);
    }

    [Fact]
    public async Task Its_memory_has_no_swap_its_processes_a_bound_and_its_log_no_rotation()
    {
        await using var instance = await StartAsync(_backend!, _box.Shell("echo ready; sleep 1000") with { Limits = new Limits(MemoryBytes: 64 << 20) });
        await _box.Output.WaitForAsync("ready", TestContext.Current.CancellationToken);
        var plan = (await _engine!.InspectAsync(_box.Id)).GetProperty("HostConfig");
        Assert.Equal(
            (64L << 20, 64L << 20, 4096L),
            (plan.GetProperty("Memory").GetInt64(), plan.GetProperty("MemorySwap").GetInt64(), plan.GetProperty("PidsLimit").GetInt64()));
        var log = plan.GetProperty("LogConfig");
        // What Podman calls k8s-file, it calls json-file to clients of Docker.
        Assert.Equal(name == "docker" ? "local" : "json-file", log.GetProperty("Type").GetString());
        if (name == "docker") Assert.Equal("1000t", log.GetProperty("Config").GetProperty("max-size").GetString());
    }

    [Fact]
    public async Task The_hosts_network_and_names_of_hosts_are_given_when_asked_for()
    {
        var image = Named(TestEngine.Image) with { ExtraHosts = new Dictionary<string, string> { ["database"] = "192.0.2.7" } };
        await RunAsync(_backend!, _box.Shell("readlink /proc/self/ns/net; cat /etc/hosts") with { Image = image, Network = NetworkMode.Host });
        Assert.StartsWith(new FileInfo("/proc/self/ns/net").LinkTarget + "\n", _box.Text, StringComparison.Ordinal);
        Assert.Matches(@"192\.0\.2\.7\s+database", _box.Text);
    }

    [Fact]
    public async Task Without_being_asked_for_there_is_no_network_but_a_loopback()
    {
        await RunAsync(_backend!, _box.Shell("ls /sys/class/net"));
        Assert.Equal("lo\n", _box.Text);
    }

    [Fact]
    public async Task A_command_of_some_seconds_is_measured()
    {
        var outcome = await RunAsync(_backend!, _box.Request("perl", "-e", "$x = 'x' x (40 << 20); 1 while (times)[0] + (times)[1] < 3"));
        Assert.InRange(outcome.Usage.CpuSeconds!.Value, 0.3, 5);
        Assert.InRange(outcome.Usage.PeakMemoryBytes!.Value, 40 << 20, 400 << 20);
    }

    [Fact]
    public async Task A_host_that_goes_away_and_comes_back_loses_no_byte()
    {
        using var proxy = new CuttingProxy(_box.Root, _engine!.Socket);
        using var backend = new DockerBackend(new DockerHost { Address = "unix://" + proxy.Path, Backend = name }, TimeProvider.System);
        var request = _box.Shell("seq 1 5000; echo ready; while [ ! -e /tree/go ]; do sleep 0.05; done; seq 1 5000; exit 3");
        await using var instance = await StartAsync(backend, request with { Mounts = [new BindMount(_box.WorkTree, "/tree", ReadOnly: true)] });
        await _box.Output.WaitForAsync("ready", TestContext.Current.CancellationToken);
        proxy.Cut();
        File.WriteAllText(Path.Combine(_box.WorkTree, "go"), "");
        proxy.Open();
        Assert.Equal(3, (await instance.WaitAsync(CancellationToken.None)).ExitCode);
        var numbers = string.Concat(Enumerable.Range(1, 5000).Select(i => i.ToString(CultureInfo.InvariantCulture) + "\n"));
        Assert.Equal(numbers + "ready\n" + numbers, _box.Text);
        Assert.Equal(_box.Output.ToArray(), (await BackendSuite.LogAsync(_box)).Output);
    }

    [Fact]
    public async Task A_command_that_closes_its_output_is_waited_for()
    {
        var outcome = await RunAsync(_backend!, _box.Shell("echo x; exec >&- 2>&-; sleep 4; exit 5"));
        Assert.Equal(5, outcome.ExitCode);
        Assert.Equal("x\n", _box.Text);
    }

    [Fact]
    public async Task What_is_cancelled_while_its_host_is_away_ends_when_it_is_back()
    {
        using var proxy = new CuttingProxy(_box.Root, _engine!.Socket);
        using var backend = new DockerBackend(new DockerHost { Address = "unix://" + proxy.Path, Backend = name }, TimeProvider.System);
        await using var instance = await StartAsync(backend, _box.Shell("echo ready; sleep 1000"));
        await _box.Output.WaitForAsync("ready", TestContext.Current.CancellationToken);
        proxy.Cut();
        var waiting = instance.WaitAsync(new CancellationToken(canceled: true));
        proxy.Open();
        Assert.Equal(ExecutionState.Cancelled, (await waiting).State);
    }

    [Fact]
    public async Task A_host_that_stays_away_makes_it_lost()
    {
        using var proxy = new CuttingProxy(_box.Root, _engine!.Socket);
        using var backend = new DockerBackend(
            new DockerHost { Address = "unix://" + proxy.Path, Backend = name, LostAfter = TimeSpan.Zero }, TimeProvider.System);
        var instance = await StartAsync(backend, _box.Shell("echo ready; sleep 1000"));
        await _box.Output.WaitForAsync("ready", TestContext.Current.CancellationToken);
        proxy.Cut();
        Assert.Equal(FailureClass.Lost, (await instance.WaitAsync(CancellationToken.None)).Failure);
        await instance.DisposeAsync();
        // Nobody could remove it; it is found by its label.
        var left = Assert.Single(await _backend!.ListAsync(TestContext.Current.CancellationToken), container => container.Id == _box.Id);
        Assert.Equal(_box.State, left.StateDirectory);
        await _backend.RemoveAsync(left.Id, TestContext.Current.CancellationToken);
        Assert.DoesNotContain(left.Id, (await _backend.ListAsync(TestContext.Current.CancellationToken)).Select(container => container.Id));
    }

    [Fact]
    public async Task A_log_that_cannot_be_written_is_out_of_disk_and_not_a_host_that_is_away()
    {
        var request = _box.Shell("echo x; sleep 1000") with { Streams = new ExecutionStreams("/dev/full") };
        var outcome = await RunAsync(_backend!, request);
        Assert.Equal((ExecutionState.Failed, FailureClass.OutOfDisk), (outcome.State, outcome.Failure));
        Assert.Contains("/dev/full", outcome.Message);
        Assert.DoesNotContain(_box.Id, (await _backend!.ListAsync(TestContext.Current.CancellationToken)).Select(container => container.Id));
    }

    [Fact]
    public async Task A_host_that_is_not_there_is_125_and_named()
    {
        using var backend = new DockerBackend(new DockerHost { Address = "unix:///run/no/such.sock" }, TimeProvider.System);
        var result = await backend.StartAsync(_box.Shell("true"), TestContext.Current.CancellationToken);
        Assert.Equal(125, result.Failure!.ExitCode);
        Assert.Contains("unix:///run/no/such.sock", result.Failure.Message);
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => backend.PingAsync(TestContext.Current.CancellationToken));
        Assert.Contains("unix:///run/no/such.sock", refusal.Message);
        await _backend!.PingAsync(TestContext.Current.CancellationToken);
    }

    private protected TestBox Box => _box;

    private protected TestEngine Engine => _engine!;

    private protected static async Task<Outcome> RunAsync(DockerBackend backend, ExecutionRequest request)
    {
        await using var instance = await StartAsync(backend, request);
        return await instance.WaitAsync(CancellationToken.None);
    }

    private protected static async Task<IInstance> StartAsync(DockerBackend backend, ExecutionRequest request)
    {
        var result = await backend.StartAsync(request, TestContext.Current.CancellationToken);
        Assert.True(result.Failure is null, result.Failure?.Message);
        return result.Instance!;
    }

    private async Task<StartFailure> FailAsync(ExecutionRequest request)
    {
        var result = await _backend!.StartAsync(request, TestContext.Current.CancellationToken);
        Assert.NotNull(result.Failure);
        return result.Failure;
    }

    private static NamedImage Named(string image, PullPolicy pull = PullPolicy.Missing) => new(image, pull, new Dictionary<string, string>());
}

public sealed class DockerHostTests(Engines engines) : ContainerHostSuite(engines, "docker")
{
    [Fact]
    public async Task Both_sides_show_a_certificate_over_tcp()
    {
        using var backend = new DockerBackend(new DockerHost { Address = Engine.TlsAddress, Tls = Engine.Tls }, TimeProvider.System);
        Assert.Equal(4, (await RunAsync(backend, Box.Shell("echo tls; exit 4"))).ExitCode);
        Assert.Equal("tls\n", Box.Text);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task Neither_an_unknown_client_nor_an_unknown_authority_is_accepted(bool authority, bool client)
    {
        var tls = new DockerTls(authority ? Engine.Tls.Authority : null, client ? Engine.Tls.Certificate : null, client ? Engine.Tls.Key : null);
        using var backend = new DockerBackend(new DockerHost { Address = Engine.TlsAddress, Tls = tls }, TimeProvider.System);
        await Assert.ThrowsAsync<RefusalException>(() => backend.PingAsync(TestContext.Current.CancellationToken));
    }
}

public sealed class PodmanHostTests(Engines engines) : ContainerHostSuite(engines, "podman")
{
    /// <summary>The kernel may kill what watches a container for the engine, and the command too: then nobody sees the end.</summary>
    [Fact]
    public async Task What_ended_unseen_runs_on_for_its_engine_and_can_be_cancelled()
    {
        using var backend = new DockerBackend(new DockerHost { Address = Engine.Address, Backend = "podman", GoneAfter = TimeSpan.Zero }, TimeProvider.System);
        await using var instance = await StartAsync(backend, Box.Shell("echo ready; sleep 1000") with { Grace = TimeSpan.Zero });
        await Box.Output.WaitForAsync("ready", TestContext.Current.CancellationToken);
        foreach (var number in MonitorAndCommandOf((await Engine.InspectAsync(Box.Id)).GetProperty("Id").GetString()!))
        {
            using var process = Process.GetProcessById(number);
            process.Kill();
        }

        Assert.Equal("running", (await Engine.InspectAsync(Box.Id)).GetProperty("State").GetProperty("Status").GetString());

        Assert.Equal(ExecutionState.Cancelled, (await instance.WaitAsync(new CancellationToken(canceled: true))).State);
        Assert.DoesNotContain(Box.Id, (await backend.ListAsync(TestContext.Current.CancellationToken)).Select(container => container.Id));
    }

    private static List<int> MonitorAndCommandOf(string container)
    {
        var found = new List<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)))
        {
            try
            {
                var command = File.ReadAllText(Path.Combine(folder, "cmdline"));
                if (!command.Contains("conmon", StringComparison.Ordinal) || !command.Contains(container, StringComparison.Ordinal)) continue;
                var number = Path.GetFileName(folder);
                found.Add(int.Parse(number, CultureInfo.InvariantCulture));
                var children = File.ReadAllText($"{folder}/task/{number}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
                found.AddRange(children.Select(child => int.Parse(child, CultureInfo.InvariantCulture)));
            }
            catch (IOException)
            {
                // It ended while we looked.
            }
        }

        return found;
    }
}
