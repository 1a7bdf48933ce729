namespace Glovebox.Runs;

/// <summary>
/// The wish to end one run alone, of a process that has several: a file in the run's folder, looked for now and then. A signal would end them all.
/// </summary>
internal sealed class EndWish : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _end;
    private readonly ITimer _timer;

    /// <param name="everything">Ends every run of this process.</param>
    public EndWish(RunFolder folder, TimeProvider time, CancellationToken everything)
    {
        _end = CancellationTokenSource.CreateLinkedTokenSource(everything);
        _timer = time.CreateTimer(_ => Look(folder), null, Pause, Pause);
    }

    /// <summary>Fires when this run is to end.</summary>
    public CancellationToken Token => _end.Token;

    public static void Leave(RunFolder folder) => File.WriteAllBytes(folder.EndWish, []);

    public async ValueTask DisposeAsync()
    {
        // Returns when no look is under way any more.
        await _timer.DisposeAsync();
        _end.Dispose();
    }

    private void Look(RunFolder folder)
    {
        if (!_end.IsCancellationRequested && File.Exists(folder.EndWish)) _end.Cancel();
    }
}
