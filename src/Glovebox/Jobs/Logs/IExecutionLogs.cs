using Glovebox.Api.Jobs;

namespace Glovebox.Jobs.Logs;

/// <summary>What executions wrote, and what was kept of their working directories.</summary>
public interface IExecutionLogs
{
    /// <summary>See <see cref="IJobs.ReadLogAsync"/>. An execution that has no log (yet) has an empty one.</summary>
    /// <param name="execution">As the store has it when the piece is asked for.</param>
    /// <param name="refresh">Reads it from the store again, to learn whether it has ended.</param>
    Task<LogPiece> ReadAsync(
        JobExecution execution, LogStream stream, long position, bool wait, Func<CancellationToken, Task<JobExecution>> refresh,
        CancellationToken cancellation);

    /// <exception cref="Api.RefusalException">NotFound: it was not kept.</exception>
    Stream OpenOutput(JobExecution execution, string path);

    /// <summary>Removes the files of executions whose job is forgotten.</summary>
    void Remove(IEnumerable<string> executionIds);
}
