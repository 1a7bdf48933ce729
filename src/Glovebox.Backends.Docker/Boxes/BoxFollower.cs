using Glovebox.Backends.Docker.Engine;
using Glovebox.Backends.Docker.Output;
using Glovebox.Execution;
using Glovebox.Linux;

namespace Glovebox.Backends.Docker.Boxes;

/// <summary>
/// Stays with a container to its end: its output, then how it ended. When its host goes away it waits for it, and goes on where it was, until
/// the host's patience is over.
/// </summary>
internal sealed class BoxFollower(Box box, ContainerOutput output, EndRequests end, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(3);

    private const int PausePerRead = 10;
    private const long CheapToReadAgain = 8 << 20;

    private bool? _podman = box.Podman;

    /// <summary>The container's last state; null when nobody can tell any more.</summary>
    public async Task<ContainerState?> FollowAsync(Stream? attached, CancellationToken closing)
    {
        long? goneSince = null;
        while (true)
        {
            try
            {
                if (goneSince is not null || _podman is null) await ReturnAsync(closing).ConfigureAwait(false);
                goneSince = null;
                var state = attached is not null
                    ? await WithAsync(attached, closing).ConfigureAwait(false)
                    : await AgainAsync(closing).ConfigureAwait(false);
                // The start was asked for and never happened: the engine went away in between.
                return state is { NeverStarted: true } ? null : state;
            }
            catch (OperationCanceledException) when (closing.IsCancellationRequested)
            {
                return null;
            }
            catch (LogException)
            {
                end.Request(EndReason.DiskLimit, atOnce: true);
            }
            catch (Exception e) when (e is IOException or EngineException)
            {
                goneSince ??= time.GetTimestamp();
                if (e is EngineException { NotFound: true } || time.GetElapsedTime(goneSince.Value) >= box.Host.LostAfter) return null;
            }
            attached = null;
            await Task.Delay(Pause, time, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<ContainerState?> WithAsync(Stream attached, CancellationToken closing)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(closing);
        // A stream that breaks off between two frames looks as if it had ended. But whatever cuts it cuts this question too: answered, it says
        // that the engine was there all the time.
        var waiting = box.WaitAsync(over.Token);
        try
        {
            await using (attached.ConfigureAwait(false)) await output.ReceiveAsync(attached, fromStart: false, growing: false, closing).ConfigureAwait(false);
            await Task.WhenAny(waiting, Task.Delay(Soon, time, over.Token)).ConfigureAwait(false);
            if (waiting.IsCompleted)
            {
                await waiting.ConfigureAwait(false);
                // Where it costs nothing it is made sure: the cut may have come before the question was asked.
                if (output.Received <= CheapToReadAgain) await ReceiveLogAsync(follow: false, growing: false, closing).ConfigureAwait(false);
                return await box.InspectAsync(closing).ConfigureAwait(false);
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            await ((Task)waiting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        // It goes on in silence: it has closed its output, or there is more to be had.
        return await AgainAsync(closing).ConfigureAwait(false);
    }

    private async Task<bool> EndsWithinAsync(TimeSpan wait, CancellationToken closing)
    {
        using var patience = new CancellationTokenSource(wait, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, closing);
        try
        {
            await box.WaitAsync(both.Token).ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException) when (!closing.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<ContainerState?> AgainAsync(CancellationToken closing)
    {
        if (output.Closed) await box.WaitAsync(closing).ConfigureAwait(false);
        else if (_podman == true) await ReadAgainAndAgainAsync(closing).ConfigureAwait(false);
        else await ReceiveLogAsync(follow: true, growing: false, closing).ConfigureAwait(false);
        await box.WaitAsync(closing).ConfigureAwait(false);
        // What was written in the last moment may not have been followed.
        await ReceiveLogAsync(follow: false, growing: false, closing).ConfigureAwait(false);
        return await box.InspectAsync(closing).ConfigureAwait(false);
    }

    // Podman 4 loses lines when a log is followed that grows fast; what it reads at one go is whole. A large log is read less often.
    private async Task ReadAgainAndAgainAsync(CancellationToken closing)
    {
        TimeSpan wait;
        do
        {
            var began = time.GetTimestamp();
            await ReceiveLogAsync(follow: false, growing: true, closing).ConfigureAwait(false);
            wait = time.GetElapsedTime(began) * PausePerRead;
        }
        while (!await EndsWithinAsync(wait < Pause ? Pause : wait, closing).ConfigureAwait(false));
    }

    private async Task ReceiveLogAsync(bool follow, bool growing, CancellationToken closing)
    {
        if (output.Closed) return;
        var log = await box.OpenLogAsync(follow, closing).ConfigureAwait(false);
        await using (log.ConfigureAwait(false)) await output.ReceiveAsync(log, fromStart: true, growing, closing).ConfigureAwait(false);
    }

    // The host is there again. Signals that were sent meanwhile were lost.
    private async Task ReturnAsync(CancellationToken closing)
    {
        _podman = await box.Engine.PingAsync(closing).ConfigureAwait(false);
        if (end.Reason == EndReason.None) return;
        try
        {
            await box.SignalAsync(Libc.Kill, closing).ConfigureAwait(false);
        }
        catch (EngineException e) when (!e.Unreachable)
        {
            // It has ended already.
        }
    }
}
