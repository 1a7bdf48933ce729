using System.Net.Sockets;
using System.Text;
using Glovebox.Execution;
using Glovebox.Functions.Frames;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>Boxes whose runner speaks frames, up to the moment at which it takes calls.</summary>
internal static class FrameBoxes
{
    /// <summary>From the start of the runner to the loaded code, each.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    // A loaded function's answer has no result, but a traceback may be there.
    private const long LargestAnswer = 1 << 20;

    /// <summary>Waits for the runner of a box that has started.</summary>
    /// <exception cref="StartException">It ended, or said nothing for too long.</exception>
    public static async Task<FrameSocket> AcceptAsync(LiveBox box, Socket listener, CancellationToken cancellation)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var accepted = listener.AcceptAsync(waiting.Token).AsTask();
        var first = await Task.WhenAny(accepted, box.Ended, Task.Delay(Patience, box.Time, waiting.Token));
        if (first == accepted)
        {
            await waiting.CancelAsync();
            var socket = new FrameSocket(await accepted);
            await ExpectReadyAsync(box, socket, cancellation);
            return socket;
        }
        await waiting.CancelAsync();
        await ((Task)accepted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellation.ThrowIfCancellationRequested();
        var log = await box.ReadLogAsync();
        var why = first == box.Ended ? await box.DescribeEndAsync("it never connected") : $"The runner did not connect within {Words.Of(Patience)}";
        throw new StartException(log.Length == 0 ? why : $"{why}\n{log}");
    }

    /// <summary>Has the code loaded. True when it wants to know more of a call than its parameters.</summary>
    /// <exception cref="StartException">It does not load.</exception>
    public static async Task<bool> LoadAsync(LiveBox box, FrameSocket socket, FunctionPlan plan, CancellationToken cancellation)
    {
        try
        {
            await socket.LoadAsync(plan);
        }
        catch (FrameException failure)
        {
            throw new StartException(await box.DescribeEndAsync(failure.Message));
        }
        return await ExpectReadyAsync(box, socket, cancellation);
    }

    private static async Task<bool> ExpectReadyAsync(LiveBox box, FrameSocket socket, CancellationToken cancellation)
    {
        var late = false;
        await using var timer = box.Time.CreateTimer(_ =>
        {
            late = true;
            socket.Dispose();
        }, null, Patience, Timeout.InfiniteTimeSpan);
        using var wish = cancellation.UnsafeRegister(static socket => ((FrameSocket)socket!).Dispose(), socket);
        try
        {
            var frame = await socket.ReadAsync(LargestAnswer);
            if (frame.Header is { Kind: FrameKind.Ready, Call: 0 }) return frame.Header.Status != 0;
            if (frame.Header.Kind != FrameKind.Failed) throw new StartException("The code did not load: the runner said something else than that it is ready");
            throw new StartException(
                Encoding.UTF8.GetString(frame.Meta.Span), frame.Header.Body == 0 ? null : Encoding.UTF8.GetString(frame.Body.Span), frame.Output, frame.Error);
        }
        catch (FrameException failure)
        {
            cancellation.ThrowIfCancellationRequested();
            if (late) throw new StartException($"The code did not load within {Words.Of(Patience)}");
            var (output, error) = box.Folder.ReadOutput();
            throw new StartException(await box.DescribeEndAsync(failure.Message), null, output, error);
        }
    }
}
