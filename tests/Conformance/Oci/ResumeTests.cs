using System.Diagnostics;
using Glovebox.Api.Execution;
using Glovebox.Backends.Oci;
using Glovebox.Backends.Oci.Boxes;
using Glovebox.Backends.Oci.Machine;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Oci;

/// <summary>Starts of detached boxes whose engine dies half way.</summary>
public sealed class ResumeTests : IDisposable
{
    private const string Touch = "printf x >> ran; exit 3";

    private readonly OciBackend _backend = new(TimeProvider.System);
    private readonly TestBox _box = new(isolated: true);

    public void Dispose()
    {
        _backend.Dispose();
        _box.Dispose();
    }

    [Fact]
    public async Task A_box_that_was_made_and_not_let_go_runs_once_when_it_is_adopted()
    {
        await MakeAsync(named: true);
        await using var instance = await AdoptAsync();
        var outcome = await instance!.WaitAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(3, outcome.ExitCode);
        Assert.Equal("x", File.ReadAllText(Path.Combine(_box.WorkTree, "ran")));
    }

    [Fact]
    public async Task A_box_that_was_let_go_is_not_let_go_again()
    {
        await MakeAsync(named: true);
        await using (var first = await AdoptAsync())
        await using (var second = await AdoptAsync())
        {
            Assert.Equal(3, (await first!.WaitAsync(CancellationToken.None)).ExitCode);
            Assert.Equal(3, (await second!.WaitAsync(CancellationToken.None)).ExitCode);
        }
        Assert.Equal("x", File.ReadAllText(Path.Combine(_box.WorkTree, "ran")));
    }

    [Fact]
    public async Task A_box_that_was_not_even_named_never_ran_and_leaves_nothing()
    {
        var init = await MakeAsync(named: false);
        Assert.Null(await AdoptAsync());
        Assert.False(Directory.Exists(_box.State));
        Assert.False(File.Exists(Path.Combine(_box.WorkTree, "ran")));
        Assert.False(File.Exists($"/proc/{init}/status") && !File.ReadAllText($"/proc/{init}/status").Contains("State:\tZ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_box_that_was_just_being_made_leaves_nothing()
    {
        // A runtime that has begun and does not come to an end, as one whose engine was killed meanwhile.
        var (runtime, begun, never) = (Path.Combine(_box.Root, "runtime.sh"), Path.Combine(_box.Root, "begun"), Path.Combine(_box.Root, "never"));
        File.WriteAllText(runtime, $"#!/bin/sh\necho $$ >'{begun}'\nread never <'{never}'\n");
        File.SetUnixFileMode(runtime, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        using (var mkfifo = Process.Start("mkfifo", [begun, never])) await mkfifo.WaitForExitAsync(TestContext.Current.CancellationToken);
        var site = BoxSite.Find(TimeProvider.System);
        var creation = Begin(site with { Tools = site.Tools with { Runtime = new OciRuntime(runtime, IsCrun: true) } }, out _).CreateAsync();
        await File.ReadAllTextAsync(begun, TestContext.Current.CancellationToken);
        Assert.Null(await AdoptAsync());
        Assert.NotNull((await creation).Failure);
        Assert.False(Directory.Exists(_box.State));
        Assert.Empty(NamingTheBox());
    }

    private List<string> NamingTheBox() =>
    [
        .. Directory.EnumerateDirectories("/proc").Where(path => int.TryParse(Path.GetFileName(path), out _)).Select(CommandLine)
            .Where(line => line.Contains(_box.State, StringComparison.Ordinal)),
    ];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(process + "/cmdline");
        }
        catch (IOException)
        {
            return "";
        }
    }

    /// <summary>Leaves what an engine leaves that is killed between the making and the start.</summary>
    /// <returns>The box's process 1.</returns>
    private async Task<int> MakeAsync(bool named)
    {
        var (init, reason) = await Begin(BoxSite.Find(TimeProvider.System), out var handle).CreateAsync();
        Assert.Null(reason);
        var paths = BoxPaths.Find(_box.State, handle.Id);
        var monitor = int.Parse(File.ReadAllText(paths.MonitorPid).Trim(), System.Globalization.CultureInfo.InvariantCulture);
        if (named) (handle with { Init = ProcessName.Of(init), Monitor = ProcessName.Of(monitor) }).Save(paths.Handle);
        return init;
    }

    private Glovebox.Backends.Oci.Boxes.Monitor Begin(BoxSite site, out BoxHandle handle)
    {
        var request = Request(Touch) with { Detached = true };
        var cgroup = site.Cgroups.Create("glovebox-" + request.Id);
        cgroup.Apply(request.Limits, site.ProcessOverhead);
        // Another process was the engine, and is gone.
        handle = BoxHandle.Of(request, cgroup, TimeProvider.System) with { Engine = new ProcessName(4_194_000, 1) };
        var (box, failure) = new BoxPreparation(request, site.Tools.Init, cgroup.RuntimePath, site.Rootless).Prepare();
        Assert.Null(failure);
        handle.Save(box!.Paths.Handle);
        return new Glovebox.Backends.Oci.Boxes.Monitor(site, box, cgroup);
    }

    private ExecutionRequest Request(string program) => _box.Shell(program) with
    {
        Streams = new ExecutionStreams(_box.Log),
        Mounts = [.. _box.Shell(program).Mounts, new BindMount(_box.WorkTree, "/work", ReadOnly: false)],
        WorkingDirectory = "/work",
    };

    private Task<IInstance?> AdoptAsync() => _backend.AdoptAsync(new InstanceHandle("oci", _box.Id, _box.State, true), CancellationToken.None);
}
