using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Functions.Stores;

namespace Glovebox.Functions.Calls;

/// <summary>
/// Records of calls that were answered at once, written behind, some at a time. What waits is bounded: where more calls end in a second than a
/// function keeps, the oldest of those that were done go unwritten, which retention would have forgotten a minute later.
/// </summary>
internal sealed class CallRecords(ICallStore store, TimeProvider time, Action<string> warn)
{
    private const int Most = 10_000, Batch = 1000;
    private const long MostBytes = 64L << 20;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private Queue<EndedCall> _waiting = new();
    private Queue<EndedCall> _writing = new();
    private long _bytes;
    private TaskCompletionSource _some = NewSource();

    public void Add(in EndedCall ended)
    {
        lock (_lock)
        {
            _waiting.Enqueue(ended);
            _bytes += ended.Weight;
            while (_waiting.Count > Most || _bytes > MostBytes) _bytes -= _waiting.Dequeue().Weight;
            if (_waiting.Count == 1) _some.TrySetResult();
        }
    }

    /// <summary>One that is not written yet.</summary>
    public Call? Find(string id)
    {
        lock (_lock)
        {
            foreach (var ended in _waiting.Concat(_writing))
                if (ended.Id == id) return ended.ToCall();
            return null;
        }
    }

    /// <summary>Writes until it is cancelled, and then what is left.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                await Volatile.Read(ref _some).Task.WaitAsync(cancellation);
                await Task.Delay(Pause, time, cancellation);
                await FlushAsync();
            }
        }
        finally
        {
            await FlushAsync();
        }
    }

    /// <summary>Writes what waits.</summary>
    public async Task FlushAsync()
    {
        lock (_lock)
        {
            (_waiting, _writing) = (_writing, _waiting);
            _bytes = 0;
            _some = NewSource();
        }

        try
        {
            foreach (var part in _writing.ToArray().Chunk(Batch)) await store.AddAsync([.. part.Select(ended => ended.ToCall())], CancellationToken.None);
        }
        catch (RefusalException refusal)
        {
            warn($"records of {_writing.Count} calls could not be written: {refusal.Message}");
        }
        finally
        {
            lock (_lock) _writing.Clear();
        }
    }

    private static TaskCompletionSource NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
