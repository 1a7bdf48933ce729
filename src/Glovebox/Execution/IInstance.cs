namespace Glovebox.Execution;

/// <summary>One live box. Disposing it removes every trace but the log: processes, mounts, cgroups, bundle.</summary>
public interface IInstance : IAsyncDisposable
{
    /// <summary>Small and serialisable: enough for another process to adopt the box.</summary>
    InstanceHandle Handle { get; }

    /// <summary>True when the command is over and <see cref="WaitAsync"/> returns without waiting for it.</summary>
    bool HasEnded { get; }

    /// <summary>
    /// Waits for the end. When <paramref name="cancel"/> fires the command gets TERM, then after the request's grace KILL, and the
    /// outcome is <c>cancelled</c> (never an exception). When the deadline fires first it is <c>timed_out</c>. Every byte of output is in
    /// the log and the sinks before this returns.
    /// </summary>
    Task<Outcome> WaitAsync(CancellationToken cancel);
}

/// <summary>Names a box for adoption.</summary>
/// <param name="Backend">The <see cref="IBackend.Name"/> that made it.</param>
/// <param name="Id">The request's id.</param>
/// <param name="StateDirectory">The request's state directory.</param>
/// <param name="Detached">Whether the box was made to outlive its process.</param>
public sealed record InstanceHandle(string Backend, string Id, string StateDirectory, bool Detached);
