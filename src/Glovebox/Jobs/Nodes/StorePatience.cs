using Glovebox.Api;

namespace Glovebox.Jobs.Nodes;

/// <summary>Asks the store again while it cannot be reached: what ran must be recorded, however long that takes.</summary>
internal sealed class StorePatience(TimeProvider time)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(100), LongestPause = TimeSpan.FromSeconds(5);

    /// <param name="call">May be done more than once: an answer that was lost counts as none.</param>
    public async Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        for (var pause = FirstPause; ; pause = pause * 2 < LongestPause ? pause * 2 : LongestPause)
        {
            try
            {
                return await call(cancellation).ConfigureAwait(false);
            }
            catch (RefusalException e) when (e.Kind == RefusalKind.Unable)
            {
                // Not all at the same moment.
                await Task.Delay(pause * (0.5 + Random.Shared.NextDouble()), time, cancellation).ConfigureAwait(false);
            }
        }
    }
}
