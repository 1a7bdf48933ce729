using System.Globalization;
using System.Text.Json;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Linux;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// conmon(8), which creates a box, writes its log and keeps its exit status when nobody else is there. It stays outside of the box's cgroup, so
/// that no memory limit can end it. As root it is started in the mount namespace of the box, and the made box is put into its cgroup before it is
/// let go; neither costs a program (docs/performance.md).
/// Not so where a command follows the end: that one must see the host's mounts, for with the box's own it would remove the box through its
/// overlays. An ordinary user's needs a user namespace, which only programs of one thread can enter. Both are made under the monitor.
/// </summary>
internal sealed class Monitor(BoxSite site, PreparedBox box, ICgroup cgroup)
{
    private bool StartsApart => !site.Rootless && box.Request.OnExit.Count == 0;

    // File 3 of conmon, named by its variable; it reports there how the creation went.
    private const int ReportFile = 3;

    private static readonly TimeSpan StartAllowance = TimeSpan.FromSeconds(30);

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
        var (answer, failure) = await (StartsApart
            ? Berth.RunApartAsync(MountSpace.Of(box.StandIn, box.Overlays, site.HideCgroups), request, Listen)
            : Task.Run(Run)).ConfigureAwait(false);
        if (failure is not null) return (0, failure);
        var (init, complaint) = Judge(answer!);
        return (init, complaint ?? (StartsApart ? Enter(init) : null));

        (string? Answer, string? Failure) Run()
        {
            var monitor = Spawner.Spawn(request);
            return monitor > 0 ? Listen(monitor) : (null, Spawner.Explain(request.Program, monitor));
        }

        (string? Answer, string? Failure) Listen(int monitor)
        {
            // The one that stays is its child.
            var exit = ChildExit.Await(monitor).ExitCode;
            report.CloseWrite();
            return exit == 0 ? (report.ReadLine(), null) : (null, string.Create(CultureInfo.InvariantCulture, $"the monitor {request.Program} failed ({exit})"));
        }
    }

    // The box waits, and nothing of it runs yet. The reason when it could not be put in.
    private string? Enter(int init)
    {
        try
        {
            cgroup.Enter(init);
            return null;
        }
        catch (IOException e)
        {
            return $"The box's cgroup could not be entered: {e.Message}";
        }
    }

    /// <summary>Lets the created box run. The reason when it did not.</summary>
    public async Task<string?> StartAsync() =>
        await StartAsync(site, box.Paths, box.Request.Id, cgroup).ConfigureAwait(false) ? null : Complaint();

    /// <summary>The same for a box that another process made. False: the runtime refused.</summary>
    public static async Task<bool> StartAsync(BoxSite site, BoxPaths paths, string id, ICgroup cgroup)
    {
        var runtime = site.Tools.Runtime!;
        if (runtime.IsCrun && StartPipe.TryOpen(paths.StartPipe(id))) return true;
        List<string> command = [runtime.Path, .. Global(site, paths, cgroup), "start", id];
        var arguments = LaunchScript.Arguments(site.Tools.Shell!, site.Rootless, paths.Bundle, [], site.HideCgroups, [], command);
        return await Child.RunAsync(new SpawnRequest(site.Tools.Unshare!, arguments)).ConfigureAwait(false) == 0;
    }

    private List<string> Arguments()
    {
        var id = box.Request.Id;
        List<string> arguments =
        [
            "--api-version", "1", "-c", id, "-u", id, "-b", box.Paths.Bundle, "-p", box.Paths.InitPid, "-P", box.Paths.MonitorPid,
            "-l", "k8s-file:" + box.Request.Streams.LogPath, "--exit-dir", box.Paths.Exits, "--socket-dir-path", box.Paths.Exits,
            "--full-attach", "--no-sync-log",
        ];
        var command = Launcher([site.RuntimeProgram, .. Global(site, box.Paths, cgroup)]);
        arguments.AddRange(["-r", command[0]]);
        foreach (var argument in command.Skip(1)) arguments.AddRange(["--runtime-arg", argument]);
        // It writes the record that reaches the limit, drops every later one, and goes on reading.
        if (box.Request.Streams.LogLimitBytes is { } limit)
            arguments.AddRange(["--log-global-size-max", limit.ToString(CultureInfo.InvariantCulture)]);
        if (box.Request.Limits.Timeout is { } timeout)
        {
            // The last resort when no engine is there to end it with the usual courtesy. It counts from the making, which on a busy machine is
            // seconds before the start.
            var seconds = Math.Ceiling((timeout + box.Request.Grace + StartAllowance).TotalSeconds);
            arguments.AddRange(["-T", Math.Min(seconds, int.MaxValue).ToString("0", CultureInfo.InvariantCulture)]);
        }
        for (var i = 0; i < box.Request.OnExit.Count; i++)
            arguments.AddRange([i == 0 ? "--exit-command" : "--exit-command-arg", box.Request.OnExit[i]]);
        return arguments;
    }

    private IReadOnlyList<string> Launcher(IReadOnlyList<string> runtime) => StartsApart
        ? runtime
        : [site.Tools.Unshare!, .. LaunchScript.Arguments(
            site.Tools.Shell!, site.Rootless, box.StandIn, cgroup.EntryFiles, site.HideCgroups, box.Overlays, runtime)];

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
