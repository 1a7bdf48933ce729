using System.Globalization;
using System.Runtime.InteropServices;
using Glovebox.Api.Execution;
using Glovebox.Backends.Oci.Cgroups;
using Glovebox.Linux;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>A box under a monitor, as seen by the process that started it or by any later one. Any number may watch at once.</summary>
internal sealed class DetachedInstance : IInstance
{
    private const int StackBytes = 256 * 1024;
    private const int Killed = 128 + Libc.Kill;

    private readonly BoxHandle _box;
    private readonly BoxPaths _paths;
    private readonly ICgroup _cgroup;
    private readonly TimeProvider _time;
    private readonly EndRequests _end;
    private readonly DiskWatch _disk;
    private readonly ProcessWatch? _init;
    private readonly ProcessWatch? _monitor;
    private readonly TaskCompletionSource<int?> _exit = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task<Outcome> _outcome;

    public DetachedInstance(BoxHandle box, string stateDirectory, ICgroup cgroup, TimeProvider time)
    {
        _box = box;
        _paths = BoxPaths.Find(stateDirectory, box.Id);
        _cgroup = cgroup;
        _time = time;
        _monitor = box.Monitor.Open();
        _init = box.Init.Open();
        _end = new EndRequests(signal => _init?.Signal(signal) ?? false, box.Grace, time, Note);
        _disk = new DiskWatch(
            stateDirectory, box.CountedDirectories, box.Limits.DiskBytes, time, () => _end.Request(EndReason.DiskLimit, atOnce: true));
        _outcome = FollowAsync();
        new Thread(Watch, StackBytes) { IsBackground = true, Name = "glovebox monitor" }.Start();
        // A box that ended while nobody looked has an exit file; its deadline does not matter any more.
        if (box.Deadline is { } deadline && !File.Exists(ExitFile)) _end.EndAt(deadline);
    }

    public InstanceHandle Handle => new(OciBackend.BackendName, _box.Id, _paths.State, Detached: true);

    private string ExitFile => Path.Combine(_paths.Exits, _box.Id);

    public bool HasEnded => _monitor is null || File.Exists(ExitFile);

    public async Task<Outcome> WaitAsync(CancellationToken cancel)
    {
        using var registration = cancel.UnsafeRegister(static end => ((EndRequests)end!).Request(EndReason.Cancelled), _end);
        return await _outcome.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        _end.Request(EndReason.Cancelled, atOnce: true);
        await ((Task)_outcome).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _disk.Dispose();
        _end.Dispose();
        // After a proper end the monitor may still be running the command that follows it, perhaps this very process.
        if (File.Exists(ExitFile)) await BoxRemains.RemoveAsync(_box, _paths.State, _cgroup, _time).ConfigureAwait(false);
        else await DetachedStart.RemoveAsync(_box, _paths.State, _cgroup, _time).ConfigureAwait(false);
        _init?.Dispose();
        _monitor?.Dispose();
    }

    private async Task<Outcome> FollowAsync()
    {
        var exit = await _exit.Task.ConfigureAwait(false);
        _end.Over();
        _disk.Dispose();
        if (exit is null) BoxRemains.Kill(_box, _cgroup);
        var endedAt = exit is null ? _time.GetUtcNow() : new DateTimeOffset(File.GetLastWriteTimeUtc(ExitFile), TimeSpan.Zero);
        var tooMuch = _disk.JudgeEnd(exit != 0);
        var counted = _cgroup.Read();
        return new Ending
        {
            Reason = Reason(exit, endedAt, tooMuch is not null),
            DiskMessage = tooMuch ?? "It filled the disk.",
            ExitCode = exit,
            OutOfMemoryKills = counted.OutOfMemoryKills,
            Limits = _box.Limits,
            StartedAt = _box.StartedAt,
            Duration = endedAt > _box.StartedAt ? endedAt - _box.StartedAt : TimeSpan.Zero,
            Usage = new ResourceUsage(counted.CpuSeconds, counted.PeakMemoryBytes),
        }.Judge();
    }

    // What was noted counts for every watcher; the monitor's own deadline leaves no note but its kill.
    private EndReason Reason(int? exit, DateTimeOffset endedAt, bool tooMuch)
    {
        if (File.Exists(_paths.EndReason) && Enum.TryParse<EndReason>(File.ReadAllText(_paths.EndReason), out var noted)) return noted;
        if (tooMuch) return EndReason.DiskLimit;
        return exit is Killed or < 0 && endedAt >= _box.Deadline ? EndReason.Deadline : EndReason.None;
    }

    private void Note(EndReason reason)
    {
        var unfinished = _paths.EndReason + Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(unfinished, reason.ToString());
        // Never over another's: the first who asked is the reason.
        if (Libc.Link(unfinished, _paths.EndReason) != 0 && !File.Exists(_paths.EndReason)) throw new IOException(Libc.LastError());
        File.Delete(unfinished);
    }

    private unsafe void Watch()
    {
        try
        {
            if (!Directory.Exists(_paths.Exits))
            {
                _exit.SetResult(null); // Its engine died before the monitor was started.
                return;
            }
            using var watch = new DirectoryWatch(_paths.Exits);
            var entries = stackalloc PollEntry[2];
            entries[0] = new PollEntry { File = watch.File, Events = PollEntry.Readable };
            entries[1] = new PollEntry { File = _monitor?.File ?? -1, Events = PollEntry.Readable };
            while (true)
            {
                var gone = _monitor is null || entries[1].Returned != 0;
                if (ReadExit() is { } exit)
                {
                    _exit.SetResult(exit);
                    return;
                }
                if (gone)
                {
                    _exit.SetResult(null);
                    return;
                }
                watch.Drain();
                if (ReadExit() is null && Libc.Poll(entries, 2, -1) < 0 && Marshal.GetLastPInvokeError() != Libc.Interrupted)
                    throw new IOException($"Waiting for the monitor failed: {Libc.LastError()}.");
            }
        }
        catch (IOException e)
        {
            _exit.SetException(e);
        }
    }

    private int? ReadExit() =>
        File.Exists(ExitFile) && int.TryParse(File.ReadAllText(ExitFile).AsSpan().Trim(), CultureInfo.InvariantCulture, out var code) ? code : null;
}
