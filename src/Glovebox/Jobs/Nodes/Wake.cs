using System.Threading.Channels;

namespace Glovebox.Jobs.Nodes;

/// <summary>Wakes one loop. What happens while it works is not lost, and many wakings are one.</summary>
internal sealed class Wake : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1); // A wall clock may be set forward.

    private readonly Channel<bool> _set = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ITimer _timer;

    public Wake(TimeProvider time) => _timer = time.CreateTimer(_ => Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Set() => _set.Writer.TryWrite(true);

    /// <summary>Sets it by itself after a while, which replaces an earlier one.</summary>
    public void SetAfter(TimeSpan? wait) => _timer.Change(
        wait is not { } some ? Timeout.InfiniteTimeSpan : some < TimeSpan.Zero ? TimeSpan.Zero : some < Longest ? some : Longest,
        Timeout.InfiniteTimeSpan);

    public ValueTask<bool> WaitAsync(CancellationToken cancellation) => _set.Reader.ReadAsync(cancellation);

    public void Dispose() => _timer.Dispose();
}
