using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Jobs.Nodes;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Logs;

/// <summary>The logs and outputs of executions that ran on this home.</summary>
public sealed class ExecutionLogs : IExecutionLogs, IDisposable
{
    // A file system that reports no changes, and an execution on another node, are looked at this often; so is the store, when much ends.
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1), Breath = TimeSpan.FromMilliseconds(50);

    private readonly GloveboxHome _home;
    private readonly TimeProvider _time;
    private readonly LogGrowth _growth = new();
    private readonly IDisposable _listening;
    private volatile TaskCompletionSource _events = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ExecutionLogs(GloveboxHome home, IExecutionQueue queue, TimeProvider time)
    {
        _home = home;
        _time = time;
        _listening = queue.Listen(Hear);
    }

    public async Task<LogPiece> ReadAsync(
        JobExecution execution, LogStream stream, long position, bool wait, Func<CancellationToken, Task<JobExecution>> refresh,
        CancellationToken cancellation)
    {
        if (position < 0) throw RefusalException.Bad($"a log has no position {position}: begin at 0");
        var folder = new ExecutionFolder(_home, execution.Id);
        LogGrowth.Watch? watch = null;
        try
        {
            while (true)
            {
                // While it waited here, it may have started elsewhere.
                if (IsElsewhere(execution, folder)) throw Elsewhere(execution);
                // First what to wait for, then the look: nothing falls between them.
                var (ended, events) = (execution.Status > ExecutionState.Running, _events.Task);
                if (wait && !ended) watch ??= _growth.Begin(folder.Root);
                var grown = watch?.Next;
                var (bytes, next) = await LookAsync(folder.Log, stream, position, cancellation).ConfigureAwait(false);
                if (bytes.Length > 0 || ended || !wait) return new LogPiece(bytes, next, ended && bytes.Length == 0);
                position = next;
                await WaitAsync(grown, events, cancellation).ConfigureAwait(false);
                if (grown?.IsCompleted != true) execution = await refresh(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            watch?.Dispose();
        }
    }

    public Stream OpenOutput(JobExecution execution, string path)
    {
        if (!execution.Outputs.Any(output => output.Path == path && output.Kind == "file"))
            throw RefusalException.NotFound($"execution {execution.Id} kept no file '{path}'. It kept: {Kept(execution)}");
        try
        {
            return KeptOutputs.Open(new ExecutionFolder(_home, execution.Id).Work, path);
        }
        catch (FileException e)
        {
            throw RefusalException.NotFound($"the output '{path}' of execution {execution.Id} is not on this machine: {e.Reason}");
        }
    }

    public void Remove(IEnumerable<string> executionIds)
    {
        foreach (var id in executionIds)
        {
            if (Guid.TryParse(id, out _)) new ExecutionFolder(_home, id).Remove();
        }
    }

    public void Dispose() => _listening.Dispose();

    private static async Task<(byte[] Bytes, long Position)> LookAsync(string path, LogStream stream, long position, CancellationToken cancellation)
    {
        try
        {
            return await LogReader.ReadAsync(path, stream, position, cancellation).ConfigureAwait(false);
        }
        catch (InvalidDataException e)
        {
            throw RefusalException.Bad($"{e.Message}: go on with a position that an earlier piece gave, or begin at 0");
        }
    }

    private static RefusalException Elsewhere(JobExecution execution) => RefusalException.NotFound(
        $"the log of execution {execution.Id} is not on this machine: it ran on node {execution.Node}, and no server of that machine can be reached");

    private static bool IsElsewhere(JobExecution execution, ExecutionFolder folder) =>
        (execution.Status == ExecutionState.Running || execution.StdoutBytes + execution.StderrBytes > 0) && !Directory.Exists(folder.Root);

    private static string Kept(JobExecution execution) =>
        execution.Outputs.Count == 0 ? "nothing" : string.Join(", ", execution.Outputs.Select(output => output.Path));

    private async Task WaitAsync(Task? grown, Task events, CancellationToken cancellation)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var longest = Task.Delay(LongestPause, _time, enough.Token);
        var first = grown is null ? await Task.WhenAny(events, longest).ConfigureAwait(false)
            : await Task.WhenAny(grown, events, longest).ConfigureAwait(false);
        // On a busy server something ends all the time.
        if (first == events) await Task.WhenAny(grown ?? longest, Task.Delay(Breath, _time, enough.Token)).ConfigureAwait(false);
        await enough.CancelAsync().ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
    }

    private void Hear(JobSignals signals)
    {
        if (!signals.HasFlag(JobSignals.Events)) return;
        Interlocked.Exchange(ref _events, new(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();
    }
}
