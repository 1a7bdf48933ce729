using Glovebox.Execution;

namespace Glovebox.Jobs.Placement;

/// <summary>One engine of a group, and how it fares.</summary>
internal sealed class Host(HostSpec spec, string group, int? maxRunning, HostEngine engine, TimeProvider time)
{
    private const int Failures = 3;
    private static readonly TimeSpan Reset = TimeSpan.FromSeconds(30), Fresh = TimeSpan.FromSeconds(10), Patience = TimeSpan.FromSeconds(5);

    private readonly Circuit _circuit = new(time, Failures, Reset);
    private long _heardAt;
    private bool _heard;
    private int _running;

    public string Address => spec.Address;
    public string Group => group;
    public int? MaxRunning => maxRunning;
    public HostEngine Engine => engine;
    public string Circuit => _circuit.State;
    public string? Error => _circuit.Error;

    /// <summary>Executions of this node on it.</summary>
    public int Running => Volatile.Read(ref _running);

    public void Enter() => Interlocked.Increment(ref _running);

    public void Leave() => Interlocked.Decrement(ref _running);

    /// <summary>Whether work may go there: its circuit lets it, and it has answered lately or does so now.</summary>
    public async Task<bool> IsReadyAsync(CancellationToken cancellation)
    {
        if (!_circuit.TryEnter()) return false;
        if (_heard && _circuit.State == "closed" && time.GetElapsedTime(_heardAt) < Fresh) return true;
        return await AnswersAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Asks, and lets the answer count. After a failed start: false means that the host is the trouble and not the job.</summary>
    public async Task<bool> AnswersAsync(CancellationToken cancellation)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            await engine.Ping(both.Token).ConfigureAwait(false);
            (_heard, _heardAt) = (true, time.GetTimestamp());
            _circuit.Succeeded();
            return true;
        }
        // Whatever a client of an engine throws: the host did not answer, which is all that matters here, and its words are shown.
        catch (Exception e) when (!cancellation.IsCancellationRequested)
        {
            _heard = false;
            _circuit.Failed(e is OperationCanceledException ? $"no answer within {Words.Of(Patience)}" : e.Message);
            return false;
        }
    }
}
