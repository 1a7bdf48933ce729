using System.Runtime;
using System.Threading.Channels;
using Glovebox.Jobs.Stores;

namespace Glovebox.Cli.Composition;

/// <summary>
/// Gives memory back to the machine when the queue has been quiet for a while: once after the start and once after each time of work. The collector by
/// itself keeps what the last burst needed, and a server that does nothing calls it never.
/// </summary>
internal sealed class Repose(IExecutionQueue queue, TimeProvider time)
{
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>Until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        var news = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
        using var listening = queue.Listen(_ => news.Writer.TryWrite(true));
        while (true)
        {
            do await Task.Delay(Quiet, time, cancellation);
            while (news.Reader.TryRead(out _));
            GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            await news.Reader.ReadAsync(cancellation);
        }
    }
}
