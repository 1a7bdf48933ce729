using System.Globalization;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Backends.Docker;
using Glovebox.Backends.Docker.Boxes;
using Glovebox.Backends.Docker.Engine;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Docker;

/// <summary>Containers whose starter is killed.</summary>
public abstract class ContainerAdoptionSuite(Engines engines, string name) : IAsyncLifetime
{
    // The folder /tree is the test's: what it puts there, the command sees.
    private const string UntilTold = "while [ ! -e /tree/go ]; do sleep 0.05; done";

    private DockerBackend? _backend;
    private string _address = "";

    public async ValueTask InitializeAsync()
    {
        _address = (await engines.StartAsync(name)).Address;
        _backend = new DockerBackend(new DockerHost { Address = _address, Backend = name }, TimeProvider.System);
    }

    public ValueTask DisposeAsync()
    {
        _backend?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task It_goes_on_and_its_output_and_end_are_known()
    {
        using var host = await StartAsync($"printf 'a\\377\\n'; echo err >&2; {UntilTold}; printf 'z\\200'; exit 7");
        await host.KillAsync();
        await using var instance = await AdoptAsync(host);
        Assert.Contains(host.Id, (await _backend!.ListAsync(TestContext.Current.CancellationToken)).Select(container => container.Id));
        File.WriteAllText(Path.Combine(host.Root, "tree", "go"), "");
        var outcome = await instance!.WaitAsync(CancellationToken.None);
        Assert.Equal(7, outcome.ExitCode);
        Assert.Equal(FailureClass.ExitCode, outcome.Failure);
        var (output, error) = await LogAsync(host);
        Assert.Equal("61ff0a7a80", Convert.ToHexStringLower(output));
        Assert.Equal("err\n"u8.ToArray(), error);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300_000)]
    [InlineData(900_000)]
    public async Task No_byte_of_a_log_is_lost_or_doubled_wherever_it_was_broken_off(int bytes)
    {
        // The unfinished line at the end has no line feed, and the log is cut in the middle of a record, as a kill may do.
        using var host = await StartAsync($"seq 1 200000; {UntilTold}; printf end");
        await WrittenAsync(host, bytes);
        await host.KillAsync();
        if (bytes > 0)
        {
            await using var file = new FileStream(host.Log, FileMode.Open, FileAccess.Write);
            file.SetLength(bytes);
        }
        await using var instance = await AdoptAsync(host);
        File.WriteAllText(Path.Combine(host.Root, "tree", "go"), "");
        Assert.Equal(ExecutionState.Succeeded, (await instance!.WaitAsync(CancellationToken.None)).State);
        var expected = string.Concat(Enumerable.Range(1, 200000).Select(i => i.ToString(CultureInfo.InvariantCulture) + "\n")) + "end";
        Assert.Equal(expected, System.Text.Encoding.UTF8.GetString((await LogAsync(host)).Output));
    }

    [Theory]
    [InlineData(200_000, 200_000)]
    [InlineData(3_000_000, 1_000_000)]
    public async Task A_log_stops_at_its_limit_whoever_writes_it(long limit, long before)
    {
        using var host = await StartAsync($"seq 1 50000; {UntilTold}; seq 50001 100000; exit 4", "600", limit.ToString(CultureInfo.InvariantCulture));
        await WrittenAsync(host, before);
        await host.KillAsync();
        await using var instance = await AdoptAsync(host);
        File.WriteAllText(Path.Combine(host.Root, "tree", "go"), "");
        Assert.Equal(4, (await instance!.WaitAsync(CancellationToken.None)).ExitCode);
        var ending = await LogEnding.CloseAsync(host.Log, limit, TimeProvider.System, TestContext.Current.CancellationToken);
        Assert.True(ending.Cut);
        Assert.InRange(new FileInfo(host.Log).Length, limit, limit + 100_000);
        var (output, error) = await LogAsync(host);
        var all = string.Concat(Enumerable.Range(1, 100_000).Select(i => i.ToString(CultureInfo.InvariantCulture) + "\n"));
        Assert.Equal(all[..output.Length], System.Text.Encoding.UTF8.GetString(output));
        Assert.Equal(BackendSuite.Notice(limit), System.Text.Encoding.UTF8.GetString(error));
    }

    [Fact]
    public async Task One_that_ended_meanwhile_has_its_outcome()
    {
        using var host = await StartAsync("echo x; exit 3");
        await host.KillAsync();
        await using (var instance = await AdoptAsync(host))
            Assert.Equal(3, (await instance!.WaitAsync(CancellationToken.None)).ExitCode);
        Assert.Equal("x\n"u8.ToArray(), (await LogAsync(host)).Output);
        Assert.False(Directory.Exists(host.State));
        Assert.Null(await AdoptAsync(host));
    }

    [Fact]
    public async Task An_adopted_one_can_be_cancelled_and_stays_so()
    {
        using var host = await StartAsync("exec sleep 1000");
        await host.KillAsync();
        await using var instance = await AdoptAsync(host);
        Assert.Equal(ExecutionState.Cancelled, (await instance!.WaitAsync(new CancellationToken(canceled: true))).State);
        await using var second = await AdoptAsync(host);
        Assert.Equal(ExecutionState.Cancelled, (await second!.WaitAsync(CancellationToken.None)).State);
    }

    [Fact]
    public async Task A_deadline_that_has_passed_ends_it_at_once()
    {
        using var host = await StartAsync("exec sleep 1000", "0.001");
        await host.KillAsync();
        await using var instance = await AdoptAsync(host);
        Assert.Equal(ExecutionState.TimedOut, (await instance!.WaitAsync(CancellationToken.None)).State);
    }

    [Fact]
    public async Task One_that_was_made_and_never_started_is_forgotten()
    {
        var (box, engine) = await MakeAsync(started: false);
        using (engine)
        using (box)
        {
            Assert.Null(await _backend!.AdoptAsync(new InstanceHandle(name, box.Id, box.State, true), TestContext.Current.CancellationToken));
            var gone = await Assert.ThrowsAsync<EngineException>(
                () => engine.GetAsync($"/containers/{box.Id}/json", EngineJson.Default.ContainerFacts, TestContext.Current.CancellationToken));
            Assert.True(gone.NotFound);
        }
    }

    [Fact]
    public async Task One_that_was_started_and_is_gone_is_lost()
    {
        var (box, engine) = await MakeAsync(started: true);
        using (engine)
        using (box)
        {
            await engine.DoAsync(HttpMethod.Delete, $"/containers/{box.Id}?force=1", TestContext.Current.CancellationToken);
            await using var instance = await _backend!.AdoptAsync(new InstanceHandle(name, box.Id, box.State, true), TestContext.Current.CancellationToken);
            Assert.Equal(FailureClass.Lost, (await instance!.WaitAsync(CancellationToken.None)).Failure);
        }
    }

    [Fact]
    public async Task Another_hosts_box_is_refused()
    {
        using var host = await StartAsync("true");
        await host.KillAsync();
        using var other = new DockerBackend(new DockerHost { Address = "unix:///run/other.sock" }, TimeProvider.System);
        var handle = new InstanceHandle(name, host.Id, host.State, true);
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => other.AdoptAsync(handle, TestContext.Current.CancellationToken));
        Assert.Contains(_address, refusal.Message);
        Assert.Equal(_address, DockerBackend.HostOf(handle));
        await using var instance = await AdoptAsync(host);
        Assert.Equal(0, (await instance!.WaitAsync(CancellationToken.None)).ExitCode);
    }

    private async Task<(TestBox Box, EngineClient Engine)> MakeAsync(bool started)
    {
        var box = new TestBox(isolated: true, new NamedImage(TestEngine.Image, PullPolicy.Never, new Dictionary<string, string>()));
        var engine = new EngineClient(new DockerHost { Address = _address }, TimeProvider.System);
        var request = box.Shell("true");
        (BoxRecord.Of(request, _address, TimeProvider.System) with { Started = started }).Save(box.State);
        await engine.PostAsync($"/containers/create?name={box.Id}", ContainerPlan.Of(request, name == "podman", init: false),
            EngineJson.Default.NewContainer, EngineJson.Default.CreatedContainer, TestContext.Current.CancellationToken);
        return (box, engine);
    }

    private Task<EngineHostProcess> StartAsync(string program, params string[] timeout) =>
        EngineHostProcess.StartAsync(["docker", _address, TestEngine.Image, program, .. timeout]);

    private Task<IInstance?> AdoptAsync(EngineHostProcess host) =>
        _backend!.AdoptAsync(new InstanceHandle(name, host.Id, host.State, Detached: true), TestContext.Current.CancellationToken);

    private static async Task WrittenAsync(EngineHostProcess host, long bytes)
    {
        using var log = new FileSystemWatcher(host.Root, "log");
        using var written = new SemaphoreSlim(0);
        log.Changed += (_, _) => written.Release();
        log.EnableRaisingEvents = true;
        while (!File.Exists(host.Log) || new FileInfo(host.Log).Length < bytes) await written.WaitAsync(TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);
        log.EnableRaisingEvents = false;
    }

    private static async Task<(byte[] Output, byte[] Error)> LogAsync(EngineHostProcess host)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        await ExecutionLog.CopyAsync(host.Log, 0, output, error, TestContext.Current.CancellationToken);
        return (output.ToArray(), error.ToArray());
    }
}

public sealed class DockerAdoptionTests(Engines engines) : ContainerAdoptionSuite(engines, "docker");

public sealed class PodmanAdoptionTests(Engines engines) : ContainerAdoptionSuite(engines, "podman");
