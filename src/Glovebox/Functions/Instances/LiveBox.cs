using System.Globalization;
using System.Text;
using Glovebox.Api.Execution;
using Glovebox.Execution;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>A box of a function with its folder, from its start to its removal.</summary>
internal sealed class LiveBox(IInstance instance, InstanceFolder folder, TimeProvider time) : IAsyncDisposable
{
    /// <summary>A process whose connection is gone is given so long to be seen dead, before it is called deaf.</summary>
    private static readonly TimeSpan Dying = TimeSpan.FromSeconds(2);

    private readonly Task<Outcome> _outcome = instance.WaitAsync(CancellationToken.None);
    private int _disposed;

    public InstanceFolder Folder => folder;

    public TimeProvider Time => time;

    /// <summary>A way into the box's own network; null for a backend that has none.</summary>
    public INetworkOfBox? Network => instance as INetworkOfBox;

    /// <summary>Completes when it ends, for whatever reason.</summary>
    public Task Ended => _outcome;

    /// <summary>For a person: how it ended, and what to do.</summary>
    /// <param name="connection">What was seen of it at the connection.</param>
    public async Task<string> DescribeEndAsync(string connection)
    {
        var ended = await Task.WhenAny(_outcome, Task.Delay(Dying, time)) == _outcome;
        if (!ended) return $"The function did not reply: {connection}, though its process still runs. Its instance was replaced.";
        var outcome = await _outcome;
        return outcome switch
        {
            { Failure: FailureClass.OutOfMemory } => $"out_of_memory: {outcome.Message}",
            { Message: { } message } => message,
            { ExitCode: > 128 and var code } => $"The function's process was ended by {SignalName(code - 128)} before it replied",
            { ExitCode: { } code } => $"The function's process ended with code {code} before it replied ({connection})",
            _ => $"The function's process ended before it replied ({connection})",
        };
    }

    /// <summary>The end of what it said before it could speak in frames.</summary>
    public async Task<string> ReadLogAsync()
    {
        using var text = new MemoryStream();
        try
        {
            await ExecutionLog.CopyAsync(folder.Log, 0, text, text, CancellationToken.None);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return "";
        }
        return Encoding.UTF8.GetString(text.GetBuffer().AsSpan(0, (int)text.Length)).Trim();
    }

    /// <summary>A call that its code did not answer.</summary>
    public async ValueTask<CallReply> FailAsync(string connection, string id, CallStart start, double run)
    {
        var message = await DescribeEndAsync(connection);
        var (output, error) = folder.ReadOutput();
        return Replies.Failed(message, null, Replies.BadGateway, output, error, id, start, run);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0) return;
        await instance.DisposeAsync();
        folder.Dispose();
    }

    public static string SignalName(int number) => number switch
    {
        4 => "SIGILL", 6 => "SIGABRT", 7 => "SIGBUS", 8 => "SIGFPE", 9 => "SIGKILL", 11 => "SIGSEGV", 13 => "SIGPIPE", 15 => "SIGTERM", 25 => "SIGXFSZ",
        31 => "SIGSYS", _ => "signal " + number.ToString(CultureInfo.InvariantCulture),
    };
}
