using System.Globalization;
using Glovebox.Jobs.Stores;
using Glovebox.Storage.Sql.Jobs;
using Npgsql;

namespace Glovebox.Storage.Postgres.Jobs;

/// <summary>
/// Wakes other nodes and is woken by them. A NOTIFY in the changes themselves would make them commit one after another (the server holds one
/// lock from it to the end of the commit), so it follows in a transaction of its own, one for whatever gathered meanwhile.
/// </summary>
internal sealed class Wakeups(PostgresServer server, Listeners listeners, TimeProvider time) : IAsyncDisposable
{
    private const string Channel = "glovebox_jobs";
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _end = new();
    private readonly Lock _lock = new();
    private readonly string _self = Guid.NewGuid().ToString("N");
    private Task? _listening;
    private Task _telling = Task.CompletedTask;
    private JobSignals _untold;
    private JobSignals _later;

    /// <summary>Begins to listen.</summary>
    public void Start()
    {
        lock (_lock) _listening ??= Task.Run(ListenAsync);
    }

    /// <summary>Tells every other node.</summary>
    public void Tell(JobSignals signals)
    {
        lock (_lock)
        {
            var (idle, before) = (_untold == JobSignals.None, _telling);
            _untold |= signals;
            if (idle) _telling = Task.Run(() => TellAfterAsync(before));
        }
    }

    /// <summary>Says something to this process in a moment; what gathers until then is said once.</summary>
    public void SayLater(JobSignals signals)
    {
        lock (_lock)
        {
            var idle = _later == JobSignals.None;
            _later |= signals;
            if (idle) _ = SayLaterAsync();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        if (_listening is { } listening) await listening;
        Task telling;
        lock (_lock) telling = _telling;
        await telling;
        _end.Dispose();
    }

    private async Task SayLaterAsync()
    {
        try
        {
            await Task.Delay(Soon, time, _end.Token);
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            return;
        }

        JobSignals signals;
        lock (_lock) (signals, _later) = (_later, JobSignals.None);
        listeners.Say(signals);
    }

    private async Task TellAfterAsync(Task before)
    {
        await before;
        JobSignals signals;
        lock (_lock) (signals, _untold) = (_untold, JobSignals.None);
        try
        {
            await using var connection = await server.Source.OpenConnectionAsync(_end.Token);
            // A hint is not worth waiting for the disk.
            await using var command = new NpgsqlCommand("select set_config('synchronous_commit', 'off', true), pg_notify(@channel, @text)", connection);
            command.Parameters.AddWithValue("channel", Channel);
            command.Parameters.AddWithValue("text", $"{_self} {(int)signals}");
            await command.ExecuteNonQueryAsync(_end.Token);
        }
        catch (Exception error) when (error is OperationCanceledException || PostgresServer.IsOutage(error))
        {
            // Who listens has lost the database too, and hears of everything when it is back.
        }
    }

    private async Task ListenAsync()
    {
        for (var first = true; !_end.IsCancellationRequested; first = false)
        {
            try
            {
                await using var connection = await server.OpenListenerAsync(_end.Token);
                connection.Notification += (_, notice) => Hear(notice.Payload);
                await using (var command = new NpgsqlCommand($"listen {Channel}", connection)) await command.ExecuteNonQueryAsync(_end.Token);
                // What was said before the connection stood was heard by nobody here.
                listeners.Say(JobSignals.All);
                while (true) await connection.WaitAsync(_end.Token);
            }
            catch (Exception error) when (error is OperationCanceledException || PostgresServer.IsOutage(error))
            {
                if (!_end.IsCancellationRequested && !first) await PauseAsync();
            }
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(BetweenAttempts, time, _end.Token);
        }
        catch (OperationCanceledException)
        {
            // The loop ends.
        }
    }

    private void Hear(string text)
    {
        if (text.Split(' ') is [var from, var flags] && from != _self && int.TryParse(flags, NumberStyles.None, CultureInfo.InvariantCulture, out var signals))
            listeners.Say((JobSignals)signals & JobSignals.All);
    }
}
