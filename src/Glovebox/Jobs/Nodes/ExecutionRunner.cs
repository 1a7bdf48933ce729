using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Execution;
using Glovebox.Jobs.Placement;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>
/// Brings one claimed execution to its end. What a crash at any point leaves behind: before <see cref="IExecutionQueue.StartAsync"/>, an execution
/// that goes back into the queue; after it, a box that is adopted, or that never ran and is started then; after <see
/// cref="IExecutionQueue.FinishAsync"/>, a box folder for <see cref="Remains"/>.
/// </summary>
#pragma warning disable CA1001 // Its two sources have neither timer nor handle behind them, and who cancels them late must not meet a disposed one.
internal sealed class ExecutionRunner : IProgress<BuildProgress>
{
    private readonly ClaimedExecution _claimed;
    private readonly NodeContext _node;
    private readonly ExecutionFolder _folder;
    private readonly CancellationTokenSource _end = new();
    private readonly CancellationTokenSource _left = new();
    private readonly Lock _changing = new();
    private readonly Turns.Turn _turn;
    private readonly Action _over;
    private long _token;
    private Stage _stage;
    private Cause _cause;
    private bool _building;
    private Place? _place;
    private IInstance? _instance;
    private (Host? Host, string Box) _stray;

    /// <param name="over">Called once, when <see cref="IsOver"/> becomes true; not for an execution that is not to be recorded.</param>
    public ExecutionRunner(ClaimedExecution claimed, NodeContext node, Action over)
    {
        _over = over;
        _claimed = claimed;
        _node = node;
        _folder = new ExecutionFolder(node.Parts.Home, claimed.Execution.Id);
        _turn = node.Turns.Next();
        _token = claimed.Token;
        if (claimed.Start is not null) _stage = Stage.Running;
        if (claimed.Execution.CancelRequestedAt is not null) Ask(Cause.Cancelled);
    }

    private enum Stage
    {
        Preparing,
        Running,
        Closing,
    }

    private enum Cause
    {
        None,
        Cancelled,
        Stopping,
        Fenced,
    }

    /// <summary>Nothing of it runs any more, and its end is about to be recorded, or is.</summary>
    public bool IsOver { get; private set; }

    public ExecutionKey Key => new(_claimed.Execution.Id, Volatile.Read(ref _token));

    private TimeProvider Time => _node.Parts.Time;
    private IExecutionQueue Queue => _node.Parts.Queue;

    /// <summary>The user wants it to end.</summary>
    public void Cancel() => Ask(Cause.Cancelled);

    /// <summary>The node must end, and this with it.</summary>
    public void Stop() => Ask(Cause.Stopping);

    /// <summary>It belongs to another by now, who has no way to this box: it is ended, and nothing recorded.</summary>
    public void Fence()
    {
        lock (_changing) _cause = Cause.Fenced;
        _end.Cancel();
    }

    /// <summary>The store gave it to this node anew.</summary>
    public void Renew(long token) => Volatile.Write(ref _token, token);

    /// <summary>The node claims nothing more. False: nothing of it needs this process, and it was let go.</summary>
    public bool Drain()
    {
        if (_stage == Stage.Preparing) Stop();
        if (_stage != Stage.Running || _place?.Backend.Capabilities.Adoption != true) return true;
        _left.Cancel();
        return false;
    }

    public async Task RunAsync()
    {
        using var gone = _node.Left.UnsafeRegister(static left => ((CancellationTokenSource)left!).Cancel(), _left);
        try
        {
            if (_claimed.Start is not null) _turn.End();
            var end = _claimed.Start is { } start ? await AdoptAsync(start).ConfigureAwait(false) : await BeginAsync().ConfigureAwait(false);
            if (end is not null) await CloseAsync(end).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_left.IsCancellationRequested)
        {
            // Whoever takes it over goes on from here.
        }
        catch (FencedException)
        {
            // Its folder may be another's by now.
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            _node.Settings.Report($"execution {_claimed.Execution.Id}: {e.Message}");
            await CloseAsync(ExecutionEnd.Lost($"it could not be followed to its end: {e.Message}", Time), keep: false).ConfigureAwait(false);
        }
        finally
        {
            _turn.End();
            Vacate();
        }
    }

    void IProgress<BuildProgress>.Report(BuildProgress value)
    {
        if (Interlocked.Exchange(ref _building, true)) return;
        _ = TellAsync("building");
    }

    private void Ask(Cause cause)
    {
        lock (_changing)
        {
            if (_cause != Cause.None) return;
            _cause = cause;
        }
        _end.Cancel();
    }

    private async Task<ExecutionEnd?> BeginAsync()
    {
        var failed = new List<Host>();
        ExecutionEnd? failure = null;
        while (true)
        {
            var found = await AskAsync(c => _node.Parts.Resources.PlaceAsync(_claimed with { Token = Key.Token }, failed, _turn, c)).ConfigureAwait(false);
            if (found.Refusal is { } refusal) return ExecutionEnd.NotStarted(125, refusal, Time);
            if (found.Full is not null && failure is not null) return failure;
            if (found.Full is { } group)
            {
                _node.Blocked.Block(_claimed.Execution.Task, group);
                await GiveBackAsync().ConfigureAwait(false);
                _turn.SetFull(group);
                return null;
            }
            _place = found.Place;
            _turn.End();
            var end = await StartAsync(found.Place!).ConfigureAwait(false);
            if (found.Place!.Host is not { } host || end is not { Started: false, Outcome.Failure: FailureClass.Start }) return end;
            // Was it the job, or the host? One that answers is not to blame.
            if (await host.AnswersAsync(_left.Token).ConfigureAwait(false)) return end;
            failure = end;
            failed.Add(host);
            Vacate();
        }
    }

    private async Task<ExecutionEnd?> StartAsync(Place place)
    {
        JobBox box;
        try
        {
            box = await MakeAsync(place).ConfigureAwait(false);
            if (await PullAsync(place, box).ConfigureAwait(false) is { } missing) return ExecutionEnd.NotStarted(missing.ExitCode, missing.Message, Time);
            box = Pulled(place, box);
            _end.Token.ThrowIfCancellationRequested();
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            return _cause switch
            {
                Cause.Cancelled => ExecutionEnd.CancelledBefore(Time),
                Cause.Stopping => await GiveBackAsync().ConfigureAwait(false),
                _ => throw new FencedException(_claimed.Execution.Id),
            };
        }
        catch (Exception e) when (e is RefusalException or IOException or UnauthorizedAccessException)
        {
            return ExecutionEnd.NotStarted(125, e.Message, Time);
        }
        var request = box.Request;
        var start = new ExecutionStart(
            new InstanceHandle(place.Backend.Name, request.Id, request.StateDirectory, request.Detached),
            _node.Life.Machine, place.Resource, request.Id, box.Image, Time.GetUtcNow());
        if (!await AskAsync(c => Queue.StartAsync(Key, start, c)).ConfigureAwait(false)) throw new FencedException(_claimed.Execution.Id);
        _stage = Stage.Running;
        return await LaunchAsync(place, request).ConfigureAwait(false);
    }

    private Task<JobBox> MakeAsync(Place place) =>
        JobBox.MakeAsync(_claimed, place, _folder, _node.Life.Store, _node.Parts, _node.Settings, this, _end.Token);

    private async Task<StartFailure?> PullAsync(Place place, JobBox box)
    {
        if (place.Host?.Engine.Pull is not { } pull) return null;
        return await pull(box.Request.Image!, () => TellAsync("pulling"), _end.Token).ConfigureAwait(false);
    }

    // Fetched a moment ago: a policy that says "always" has had its way.
    private static JobBox Pulled(Place place, JobBox box) => place.Host?.Engine.Pull is not null && box.Request.Image is { Pull: PullPolicy.Always } image
        ? box with { Request = box.Request with { Image = image with { Pull = PullPolicy.Missing } } }
        : box;

    private async Task<ExecutionEnd> LaunchAsync(Place place, ExecutionRequest request)
    {
        StartResult result;
        try
        {
            result = await place.Backend.StartAsync(request, _end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_end.IsCancellationRequested)
        {
            if (_cause == Cause.Cancelled) return ExecutionEnd.CancelledBefore(Time);
            // Recorded and not started: whoever takes it over starts it.
            if (request.Detached) await _left.CancelAsync().ConfigureAwait(false);
            _left.Token.ThrowIfCancellationRequested();
            return Stopped();
        }
        if (result.Failure is { } failure) return ExecutionEnd.NotStarted(failure.ExitCode, failure.Message, Time);
        return await WaitAsync(result.Instance!).ConfigureAwait(false);
    }

    private async Task<ExecutionEnd?> AdoptAsync(ExecutionStart start)
    {
        if (start.Machine is { } machine && machine != _node.Life.Machine)
        {
            _stray = (_node.Parts.Resources.Find(start)?.Host, start.Handle.Id);
            return ExecutionEnd.Lost("its machine is gone: no node of it has been heard of, and nobody saw how it ended", Time);
        }
        if (_node.Parts.Resources.Find(start) is not { } place)
            return ExecutionEnd.Lost($"it ran on {start.Resource}, which this server does not use any more", Time);
        _place = place;
        place.Host?.Enter();
        if (await place.Backend.AdoptAsync(start.Handle, _left.Token).ConfigureAwait(false) is { } instance)
            return await WaitAsync(instance).ConfigureAwait(false);
        // A backend that adopts knows what it has started: its node died between the record and the start.
        if (!place.Backend.Capabilities.Adoption || File.Exists(_folder.Spent))
            return ExecutionEnd.Lost("the process that ran it died, and the command with it or before it began", Time);
        if (_cause == Cause.Cancelled) return ExecutionEnd.CancelledBefore(Time);
        try
        {
            return await LaunchAsync(place, (await MakeAsync(place).ConfigureAwait(false)).Request).ConfigureAwait(false);
        }
        catch (RefusalException e)
        {
            return ExecutionEnd.NotStarted(125, e.Message, Time);
        }
    }

    private async Task<ExecutionEnd> WaitAsync(IInstance instance)
    {
        _instance = instance;
        var outcome = await instance.WaitAsync(_end.Token).WaitAsync(_left.Token).ConfigureAwait(false);
        return outcome.State == ExecutionState.Cancelled && _cause == Cause.Stopping ? Stopped() : new ExecutionEnd(outcome, Started: true);
    }

    private ExecutionEnd Stopped() => ExecutionEnd.Lost("the server was stopped while it ran, and its backend cannot leave it running alone", Time);

    /// <summary>Record first, then remove: a box whose end is not in the record is still there to be asked.</summary>
    private async Task CloseAsync(ExecutionEnd end, bool keep = true)
    {
        _stage = Stage.Closing;
        if (_cause == Cause.Fenced)
        {
            await RemoveBoxAsync([], recorded: false).ConfigureAwait(false);
            return;
        }
        var log = keep ? await LogEnding.CloseAsync(_folder.Log, _node.Settings.LogLimitBytes, Time, _left.Token).ConfigureAwait(false) : new(0, 0, false);
        var (outputs, missing) = keep && end.Started && Directory.Exists(_folder.Work) ? KeptOutputs.Read(_folder.Work, _claimed.Spec.Outputs) : ([], []);
        if (!IsOver)
        {
            IsOver = true;
            _over();
        }

        bool done;
        long token;
        do
        {
            token = Key.Token;
            var finish = end.Record(_claimed, Key, log, outputs, missing, Time.GetUtcNow());
            done = await AskAsync(c => Queue.FinishAsync(finish, c)).ConfigureAwait(false);
        }
        while (!done && token != Key.Token);
        await RemoveBoxAsync(outputs, done).ConfigureAwait(false);
        if (done && _stray.Host is { } host) await Strays.RemoveAsync(_node, host, _stray.Box, _left.Token).ConfigureAwait(false);
    }

    private async Task RemoveBoxAsync(IReadOnlyList<RunOutput> outputs, bool recorded)
    {
        try
        {
            if (!recorded && _instance is not null) await File.WriteAllBytesAsync(_folder.Spent, []).ConfigureAwait(false);
            if (_instance is not null) await _instance.DisposeAsync().ConfigureAwait(false);
            _folder.Close(outputs);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _node.Settings.Report($"execution {_claimed.Execution.Id} has ended, but its box could not be removed: {e.Message}");
        }
    }

    private async Task<ExecutionEnd?> GiveBackAsync()
    {
        _folder.Remove();
        await AskAsync(c => Queue.ReleaseAsync(Key, _claimed.Execution.AvailableAt, c)).ConfigureAwait(false);
        return null;
    }

    private async Task TellAsync(string phase)
    {
        try
        {
            await Queue.SetPhaseAsync(Key, phase, _left.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is RefusalException or OperationCanceledException)
        {
            // For the eye alone: nothing depends on it.
        }
    }

    private Task<T> AskAsync<T>(Func<CancellationToken, Task<T>> call) => _node.Patience.AskAsync(call, _left.Token);

    private void Vacate()
    {
        if (_place?.Host is { } host)
        {
            host.Leave();
            _node.Blocked.Free(host.Group);
        }
        _place = null;
    }
}
