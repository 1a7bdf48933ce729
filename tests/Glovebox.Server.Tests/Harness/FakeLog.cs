using Glovebox.Api.Jobs;

namespace Glovebox.Server.Tests.Harness;

/// <summary>A log that a test writes. A position is the number of pieces before it.</summary>
internal sealed class FakeLog
{
    private readonly List<(LogStream Stream, byte[] Bytes)> _pieces = [];
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _ended;
    private long _read;

    /// <summary>How many pieces were asked for.</summary>
    public long Reads => Interlocked.Read(ref _read);

    public void Write(LogStream stream, string text) => Write(stream, System.Text.Encoding.UTF8.GetBytes(text));

    public void Write(LogStream stream, byte[] bytes) => Change(() => _pieces.Add((stream, bytes)));

    public void End() => Change(() => _ended = true);

    public async Task<LogPiece> ReadAsync(LogStream stream, long position, bool wait, CancellationToken cancellation)
    {
        Interlocked.Increment(ref _read);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (position < _pieces.Count)
                {
                    var (from, bytes) = _pieces[(int)position];
                    return new LogPiece(stream == LogStream.Both || stream == from ? bytes : default(ReadOnlyMemory<byte>), position + 1, false);
                }

                if (_ended || !wait) return new LogPiece(default, position, _ended);
                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    private void Change(Action change)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            change();
            (before, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        before.SetResult();
    }
}
