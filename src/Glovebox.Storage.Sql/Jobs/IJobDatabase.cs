using Glovebox.Jobs.Stores;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>How a database does the work of the job stores.</summary>
public interface IJobDatabase
{
    /// <summary>
    /// Does a piece of work in one transaction and returns when it is durable; then says its signals. A piece that throws leaves nothing. It
    /// may be done again from its beginning, so it must change nothing but the database.
    /// </summary>
    Task<T> ChangeAsync<T>(Func<Change, Task<T>> work, CancellationToken cancellation);

    Task<T> ReadAsync<T>(Func<SqlSession, Task<T>> work, CancellationToken cancellation);

    /// <summary>See <see cref="IExecutionQueue.Listen"/>.</summary>
    IDisposable Listen(Action<JobSignals> heard);

    /// <summary>Says a signal that belongs to no commit, to this process alone.</summary>
    void Hint(JobSignals signals);
}
