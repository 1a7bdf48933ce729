namespace Glovebox.Linux;

/// <summary>A command of ours, from its start to its last byte.</summary>
internal sealed class Child : IDisposable
{
    private readonly TaskCompletionSource<Launch> _launched = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ChildExit> _exited = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _signalling = new();
    private ProcessWatch? _process;
    private bool _killed;

    /// <summary>Whether the command runs.</summary>
    public Task<Launch> Launched => _launched.Task;

    /// <summary>The process has ended and every byte of its output was received.</summary>
    public Task<ChildExit> Exited => _exited.Task;

    /// <summary>Follows a process on the thread that started it: a parent-death signal is bound to the thread.</summary>
    /// <param name="ended">See <see cref="OutputPump.Run"/>.</param>
    public void Follow(int pid, OutputPump pump, Action<int>? ended = null)
    {
        var process = ProcessWatch.Open(pid)!;
        lock (_signalling)
        {
            _process = process;
            if (_killed) process.Signal(Libc.Kill);
        }
        pump.Run(process, number => _launched.TrySetResult(new Launch(number, null)), ended is null ? null : () => ended(pid));
        _exited.SetResult(ChildExit.Await(pid));
        pump.Dispose();
    }

    /// <summary>There is no process, and this is why.</summary>
    public void Fail(string reason) => _launched.SetResult(new Launch(null, reason));

    /// <summary>Ends it, also when it is only about to start.</summary>
    public void Kill()
    {
        lock (_signalling)
        {
            _killed = true;
            _process?.Signal(Libc.Kill);
        }
    }

    public void Dispose() => _process?.Dispose();

    /// <summary>Runs a short program to its end. The exit code, or a negative errno when it could not be started.</summary>
    public static Task<int> RunAsync(SpawnRequest request) => Task.Run(() =>
    {
        var pid = Spawner.Spawn(request);
        return pid < 0 ? pid : ChildExit.Await(pid).ExitCode;
    });
}

/// <summary>How a start went.</summary>
/// <param name="Number">The number of the command's process; null when it does not run.</param>
/// <param name="Failure">Why no process could be started at all; null when one was, whatever became of it.</param>
internal sealed record Launch(int? Number, string? Failure);
