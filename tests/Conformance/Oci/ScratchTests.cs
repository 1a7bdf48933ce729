using Glovebox.Backends.Oci;
using Glovebox.Backends.Oci.Boxes;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Oci;

/// <summary>What lies in memory of a box, and is gone when the machine restarts.</summary>
public sealed class ScratchTests : IDisposable
{
    private readonly OciBackend _backend = new(TimeProvider.System);

    public void Dispose() => _backend.Dispose();

    [Fact]
    public async Task It_goes_with_its_box()
    {
        using var box = new TestBox(isolated: true);
        var started = await _backend.StartAsync(box.Shell("sleep 1000"), TestContext.Current.CancellationToken);
        var paths = BoxPaths.Find(box.State, box.Id);
        Assert.True(File.Exists(paths.Configuration));
        await started.Instance!.DisposeAsync();
        Assert.False(Directory.Exists(paths.Bundle));
        Assert.False(Directory.Exists(box.State));
    }

    [Fact]
    public async Task A_box_that_never_began_leaves_none()
    {
        using var box = new TestBox(isolated: true);
        var started = await _backend.StartAsync(box.Request("/no/such/program"), TestContext.Current.CancellationToken);
        Assert.NotNull(started.Failure);
        Assert.Null(BoxScratch.Find(box.Id));
    }

    [Fact]
    public async Task The_end_of_a_box_is_known_after_it_is_gone()
    {
        using var host = await EngineHostProcess.StartAsync("detached", "exit 7");
        await host.KillAsync();
        var handle = new InstanceHandle(OciBackend.BackendName, host.Id, host.State, Detached: true);
        var seen = await _backend.AdoptAsync(handle, TestContext.Current.CancellationToken);
        await seen!.WaitAsync(TestContext.Current.CancellationToken);
        BoxScratch.Remove(host.Id);
        await using var instance = await _backend.AdoptAsync(handle, TestContext.Current.CancellationToken);
        Assert.Equal(7, (await instance!.WaitAsync(TestContext.Current.CancellationToken)).ExitCode);
    }

    [Fact]
    public void What_nobody_owns_is_removed()
    {
        var place = Directory.CreateTempSubdirectory("glovebox-scratch-").FullName;
        try
        {
            var state = Directory.CreateDirectory(Path.Combine(place, "home")).FullName;
            var gone = Path.Combine(place, "gone");
            var here = new FileInfo("/proc/self/ns/pid").LinkTarget!;
            var boxes = Directory.CreateDirectory(Path.Combine(place, "boxes")).FullName;
            const int NoProcess = 1 << 30;
            Make("left", here + gone, NoProcess);
            Make("owned", here + state, NoProcess);
            Make("out of sight", here + gone, Environment.ProcessId);
            Make("elsewhere", "pid:[1]" + gone, NoProcess);
            Make("being made", here + gone, null);

            BoxScratch.RemoveLeft(boxes);
            Assert.Equal(["being made", "elsewhere", "out of sight", "owned"], Directory.EnumerateDirectories(boxes).Select(Path.GetFileName).Order(StringComparer.Ordinal));

            void Make(string name, string owner, int? init)
            {
                var box = Directory.CreateDirectory(Path.Combine(boxes, name)).FullName;
                File.CreateSymbolicLink(Path.Combine(box, "owner"), owner);
                if (init is not null) File.WriteAllText(Path.Combine(box, "init.pid"), $"{init}\n");
            }
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }
}
