using System.Globalization;
using System.Text.Json;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// conmon(8), which creates a box, writes its log and keeps its exit status when nobody else is there. It stays outside of the box's cgroup, so
/// that no memory limit can end it. As root it is started in the mount namespace of the box, which costs no program (drain, docs/performance.md).
/// Not so where a command follows the end: that one must see the host's mounts, for with the box's own it would remove the box through its
/// overlays. An ordinary user's needs a user namespace, which only programs of one thread can enter. Both are made under the monitor.
/// </summary>
internal sealed class Monitor(BoxSite site, PreparedBox box, ICgroup cgroup)
{
    private bool StartsApart => !site.Rootless && box.Request.OnExit.Count == 0;

    // File 3 of conmon, named by its variable; it reports there how the creation went.
    private const int ReportFile = 3;

    /// <summary>Creates the box, not yet running. The number of its process 1, or the reason why there is none.</summary>
    public async Task<(int Init, string? Failure)> CreateAsync()
    {
        Directory.CreateDirectory(box.Paths.Exits);
        using var report = new PipeEnds();
        var request = new SpawnRequest(site.Tools.Monitor!, Arguments())
        {
            Files = new Dictionary<int, int> { [ReportFile] = report.Write },
            Environment = ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "_OCI_SYNCPIPE=3"],
        };
        var (exit, failure) = StartsApart
            ? await Berth.RunApartAsync(MountSpace.Of(box.StandIn, box.Overlays, site.HideCgroups), request).ConfigureAwait(false)
            : (await Child.RunAsync(request).ConfigureAwait(false), null);
        report.CloseWrite();
        if (failure is not null) return (0, failure);
        if (exit != 0) return (0, $"the monitor {site.Tools.Monitor} failed ({exit.ToString(CultureInfo.InvariantCulture)})");
        return Judge(await Task.Run(report.ReadLine).ConfigureAwait(false));
    }

    /// <summary>Lets the created box run. The reason when it did not.</summary>
    public async Task<string?> StartAsync() =>
        await StartAsync(site, box.Paths.Root, box.Request.Id, cgroup).ConfigureAwait(false) ? null : Complaint();

    /// <summary>The same for a box that another process made. False: the runtime refused.</summary>
    public static async Task<bool> StartAsync(BoxSite site, string stateDirectory, string id, ICgroup cgroup)
    {
        var runtime = site.Tools.Runtime!;
        if (runtime.IsCrun && StartPipe.TryOpen(new BoxPaths(stateDirectory).StartPipe(id))) return true;
        List<string> command = [runtime.Path, .. Global(site, new BoxPaths(stateDirectory), cgroup), "start", id];
        var arguments = LaunchScript.Arguments(site.Tools.Shell!, site.Rootless, stateDirectory, [], site.HideCgroups, [], command);
        return await Child.RunAsync(new SpawnRequest(site.Tools.Unshare!, arguments)).ConfigureAwait(false) == 0;
    }

    private List<string> Arguments()
    {
        var id = box.Request.Id;
        List<string> arguments =
        [
            "--api-version", "1", "-c", id, "-u", id, "-b", box.Paths.Root, "-p", box.Paths.InitPid, "-P", box.Paths.MonitorPid,
            "-l", "k8s-file:" + box.Request.Streams.LogPath, "--exit-dir", box.Paths.Exits, "--socket-dir-path", box.Paths.Exits,
            "--full-attach",
        ];
        var command = Launcher([site.Tools.Runtime!.Path, .. Global(site, box.Paths, cgroup)]);
        arguments.AddRange(["-r", command[0]]);
        foreach (var argument in command.Skip(1)) arguments.AddRange(["--runtime-arg", argument]);
        // It writes the record that reaches the limit, drops every later one, and goes on reading.
        if (box.Request.Streams.LogLimitBytes is { } limit)
            arguments.AddRange(["--log-global-size-max", limit.ToString(CultureInfo.InvariantCulture)]);
        if (box.Request.Limits.Timeout is { } timeout)
        {
            // The last resort when no engine is there to end it with the usual courtesy.
            var seconds = Math.Ceiling((timeout + box.Request.Grace).TotalSeconds);
            arguments.AddRange(["-T", Math.Min(seconds, int.MaxValue).ToString("0", CultureInfo.InvariantCulture)]);
        }
        for (var i = 0; i < box.Request.OnExit.Count; i++)
            arguments.AddRange([i == 0 ? "--exit-command" : "--exit-command-arg", box.Request.OnExit[i]]);
        return arguments;
    }

    private IReadOnlyList<string> Launcher(IReadOnlyList<string> runtime)
    {
        if (StartsApart) return LaunchScript.Entering(site.Tools.Shell!, [.. cgroup.EntryFiles.Select(InSight)], runtime);
        return [site.Tools.Unshare!, .. LaunchScript.Arguments(
            site.Tools.Shell!, site.Rootless, box.StandIn, cgroup.EntryFiles, site.HideCgroups, box.Overlays, runtime)];
    }

    // Where the runtime shall see no cgroups its launcher sees none either, but for those that this process sees.
    private string InSight(string entryFile) =>
        site.HideCgroups ? string.Create(CultureInfo.InvariantCulture, $"/proc/{Environment.ProcessId}/root{entryFile}") : entryFile;

    private string Complaint() =>
        RuntimeComplaint.Explain(File.Exists(box.Paths.RuntimeLog) ? File.ReadAllText(box.Paths.RuntimeLog).Trim() : "", site.Rootless);

    private static IReadOnlyList<string> Global(BoxSite site, BoxPaths paths, ICgroup cgroup) =>
        site.Tools.Runtime!.Global(paths.RuntimeState, paths.RuntimeLog, cgroup.RuntimePath is not null);

    private (int Init, string? Failure) Judge(string line)
    {
        if (line.Length > 0)
        {
            using var document = JsonDocument.Parse(line);
            if (document.RootElement.GetProperty("data").GetInt32() is > 0 and var pid) return (pid, null);
            if (document.RootElement.TryGetProperty("message", out var message) && !File.Exists(box.Paths.RuntimeLog))
                return (0, RuntimeComplaint.Explain(message.GetString() ?? "", site.Rootless));
        }
        return (0, Complaint());
    }
}
