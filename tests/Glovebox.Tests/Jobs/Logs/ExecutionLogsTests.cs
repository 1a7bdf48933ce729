using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Home;
using Glovebox.Jobs.Logs;
using Glovebox.Storage.Sql.Jobs;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Jobs;
using Glovebox.Tests.Files;

namespace Glovebox.Tests.Jobs.Logs;

public sealed class ExecutionLogsTests : IAsyncDisposable
{
    private static readonly DateTimeOffset Start = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteJobDatabase _database;
    private readonly ExecutionLogs _logs;

    public ExecutionLogsTests()
    {
        _database = new SqliteJobDatabase(new SqliteDatabase(_folder["jobs.db"]));
        _logs = new ExecutionLogs(new GloveboxHome(_folder["home"]), new JobStores(_database).Queue, TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        _logs.Dispose();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ExecutionState.Running, 0)]
    [InlineData(ExecutionState.Succeeded, 5)]
    public async Task A_log_that_another_machine_has_is_not_passed_off_as_empty(ExecutionState status, long bytes)
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => ReadAsync(Sample(status) with { StdoutBytes = bytes, Node = "far-away" }));

        Assert.Equal(RefusalKind.NotFound, refusal.Kind);
        Assert.Contains("far-away", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_waits_for_one_that_starts_on_another_machine_is_told_so()
    {
        var queued = Sample(ExecutionState.Queued);
        var started = queued with { Status = ExecutionState.Running, Node = "far-away" };
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _logs.ReadAsync(
            queued, LogStream.Both, 0, wait: true, _ => Task.FromResult(started), TestContext.Current.CancellationToken));
        Assert.Contains("far-away", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_execution_that_wrote_nothing_has_an_empty_log() =>
        Assert.Equal((0, true), await ReadAsync(Sample(ExecutionState.Cancelled)) is var piece ? (piece.Bytes.Length, piece.Ended) : default);

    private Task<LogPiece> ReadAsync(JobExecution execution) =>
        _logs.ReadAsync(execution, LogStream.Both, 0, wait: false, _ => Task.FromResult(execution), TestContext.Current.CancellationToken);

    private static JobExecution Sample(ExecutionState status) => new()
    {
        Id = Guid.CreateVersion7(Start).ToString(), JobId = Guid.CreateVersion7(Start).ToString(), Task = "t", Status = status, CreatedAt = Start, AvailableAt = Start,
    };
}
