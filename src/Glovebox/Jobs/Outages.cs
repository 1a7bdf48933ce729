using Glovebox.Api;

namespace Glovebox.Jobs;

/// <summary>Goes on with a loop's work while the store comes and goes.</summary>
/// <param name="what">Whose work, for messages: <c>scheduler</c>.</param>
/// <param name="warn">Gets one line when an outage begins, and one when it is over.</param>
internal sealed class Outages(string what, Action<string> warn, TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private TimeSpan _wait = TimeSpan.Zero;

    /// <summary>Does a round of work; when the store cannot be reached, waits and returns the default.</summary>
    public async Task<T?> TryAsync<T>(Func<Task<T>> round, CancellationToken cancellation)
    {
        try
        {
            var result = await round();
            if (_wait > TimeSpan.Zero) warn($"{what}: goes on");
            _wait = TimeSpan.Zero;
            return result;
        }
        catch (RefusalException e) when (e.Kind == RefusalKind.Unable)
        {
            if (_wait == TimeSpan.Zero) warn($"{what}: {e.Message}");
            _wait = _wait == TimeSpan.Zero ? First : TimeSpan.FromSeconds(Math.Min(_wait.TotalSeconds * 2, Longest.TotalSeconds));
            await Task.Delay(_wait, time, cancellation);
            return default;
        }
    }
}
