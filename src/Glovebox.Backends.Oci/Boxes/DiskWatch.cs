using Glovebox.Linux;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>
/// Keeps a box within its disk limit, or the host's disk from filling up when it has none. File systems have no quota that works everywhere, so
/// what is there is added up: once a second, and less often where adding up takes long.
/// </summary>
internal sealed class DiskWatch : IDisposable
{
    private const long LeastReserve = 1L << 30;
    private const int AdditionShare = 10; // At most a tenth of the time goes into adding up.
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly Action _exceeded;
    private readonly IReadOnlyList<string> _directories;
    private readonly long? _limit;
    private readonly DriveInfo _disk;
    private readonly long _reserve;
    private readonly Lock _stopping = new();
    private readonly ITimer _timer;
    private bool _stopped;

    /// <summary>What was wrong when the watch ended the box; null when it did not.</summary>
    public string? Message { get; private set; }

    /// <param name="exceeded">Called once, on a timer's thread.</param>
    public DiskWatch(string stateDirectory, IReadOnlyList<string> counted, long? limit, TimeProvider time, Action exceeded)
    {
        _time = time;
        _exceeded = exceeded;
        _directories = counted;
        _limit = limit;
        _disk = new DriveInfo(stateDirectory);
        // A disk that is nearly full already still lets a box use half of what is left.
        _reserve = Math.Min(Math.Max(LeastReserve, _disk.TotalSize / 50), _disk.AvailableFreeSpace / 2);
        _timer = time.CreateTimer(_ => Look(), null, Interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What is wrong at the end, for a person; null when all was well, or nothing was limited.</summary>
    /// <param name="failed">The command failed: a file that was stopped at the limit reaches it exactly.</param>
    public string? JudgeEnd(bool failed) =>
        Message ?? (_limit is { } limit ? Judge(failed ? limit : limit + 1) : null);

    private string? Judge(long? tooMuch)
    {
        if (_limit is { } limit)
        {
            return Used(_directories) >= tooMuch
                ? $"It wrote more than its disk limit of {Words.Of(limit)}. Raise the limit (disk), or write less."
                : null;
        }
        return _disk.AvailableFreeSpace < _reserve
            ? $"It left less than {Words.Of(_reserve)} free on the disk of '{_disk.Name}', which Glovebox keeps for the machine. "
              + "Free some space ('glovebox gc'), or write less."
            : null;
    }

    public void Dispose()
    {
        lock (_stopping) _stopped = true;
        _timer.Dispose();
    }

    private void Look()
    {
        var began = _time.GetTimestamp();
        try
        {
            if (Judge(_limit + 1) is { } wrong)
            {
                Message = wrong;
                _exceeded();
                return;
            }
        }
        catch (IOException)
        {
            return; // Another process has adopted the box, and removed it when it had ended.
        }
        var next = _time.GetElapsedTime(began) * AdditionShare;
        lock (_stopping)
        {
            if (!_stopped) _timer.Change(next > Interval ? next : Interval, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Bytes taken on the disk by everything below, a file with several names once.</summary>
    internal static long Used(IReadOnlyList<string> directories)
    {
        long sum = 0;
        HashSet<(uint, uint, ulong)>? linked = null;
        var pending = new Stack<string>(directories);
        while (pending.TryPop(out var directory))
        {
            try
            {
                foreach (var path in Directory.EnumerateFileSystemEntries(directory))
                {
                    if (!FileFacts.TryRead(path, out var facts)) continue;
                    if (facts.IsDirectory) pending.Push(path);
                    else if (facts.Links > 1 && !(linked ??= []).Add((facts.DeviceMajor, facts.DeviceMinor, facts.Inode))) continue;
                    sum += facts.Allocated;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // The box removes things while we look, and an overlay's work directory is closed to an ordinary user.
            }
        }
        return sum;
    }
}
