using System.Runtime.ExceptionServices;

namespace Glovebox.Files;

/// <summary>
/// A heap of work that all processors take from, the caller's thread among them, and that work itself may add to. The newest piece goes
/// first, so a tree is walked in depth and the heap stays small. The first failure stops all and is thrown.
/// </summary>
internal sealed class Workers<T>(Action<T, Workers<T>> work, CancellationToken cancellation)
{
    // A Monitor and not a Lock: waiting for work needs Wait and Pulse.
    private readonly object _gate = new();
    private readonly Stack<T> _heap = new();
    private readonly List<Task> _helpers = [];
    private int _unfinished;
    private bool _stopped;
    private ExceptionDispatchInfo? _failure;

    /// <summary>Does the work to its end.</summary>
    public void Run(params ReadOnlySpan<T> first)
    {
        Add(first);
        Work();
        Task.WaitAll(_helpers, CancellationToken.None);
        cancellation.ThrowIfCancellationRequested();
        _failure?.Throw();
    }

    /// <summary>Adds work, from within work.</summary>
    public void Add(params ReadOnlySpan<T> pieces)
    {
        lock (_gate)
        {
            if (_stopped) return;
            foreach (var piece in pieces) _heap.Push(piece);
            _unfinished += pieces.Length;
            // A helper costs a pool thread: none before there is something for it to do.
            for (var free = _heap.Count - 1; free > 0 && _helpers.Count < Environment.ProcessorCount - 1; free--)
                _helpers.Add(Task.Run(Work, CancellationToken.None));
            Monitor.PulseAll(_gate);
        }
    }

    private void Work()
    {
        while (Next(out var piece))
        {
            try
            {
                work(piece, this);
                Finish(null);
            }
#pragma warning disable CA1031 // Thrown again on the caller's thread.
            catch (Exception failure)
#pragma warning restore CA1031
            {
                Finish(failure);
            }
        }
    }

    private bool Next(out T piece)
    {
        lock (_gate)
        {
            while (_heap.Count == 0 && _unfinished > 0 && !_stopped) Monitor.Wait(_gate);
            if (cancellation.IsCancellationRequested) Stop();
            if (!_stopped && _heap.TryPop(out piece!)) return true;
            piece = default!;
            return false;
        }
    }

    private void Finish(Exception? failure)
    {
        lock (_gate)
        {
            if (failure is not null)
            {
                _failure ??= ExceptionDispatchInfo.Capture(failure);
                Stop();
            }
            if (--_unfinished == 0) Monitor.PulseAll(_gate);
        }
    }

    private void Stop()
    {
        _stopped = true;
        Monitor.PulseAll(_gate);
    }
}
