using Glovebox.Files;

namespace Glovebox.Snapshots.Capturing;

/// <summary>
/// Tells which files' states may be trusted later. A file that is written again within one tick of its file system's clock keeps its
/// times (git calls such entries "racy"): only when its last change is older than a tick before the capture began does any later write show.
/// The change time decides, for unlike the modification time nobody can set it.
/// </summary>
internal sealed class CaptureClock(DateTimeOffset began)
{
    private const long Second = 1_000_000_000, KernelTick = 20_000_000;

    private readonly long _began = (began - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    public bool IsSettled(in FileState state)
    {
        // File systems that count in whole seconds (or two) have no nanoseconds.
        var tick = state.Changed % Second == 0 ? 2 * Second : KernelTick;
        return state.Changed < _began - tick;
    }
}
