using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>A live box that answers calls, or that waits to be told of which function.</summary>
internal interface IWarmInstance : IAsyncDisposable
{
    /// <summary>Names it in records: unique in this home.</summary>
    string Id { get; }

    /// <summary>False when it must not get another call: it broke, or its time is over.</summary>
    bool Usable { get; }

    /// <summary>
    /// False when something came from it that nobody has asked for, which would be taken for the next call's reply. To be looked at before each
    /// call; costs a system call, so not under a lock.
    /// </summary>
    bool IsQuiet => true;

    /// <summary>Completes when its box has ended by itself.</summary>
    Task Ended { get; }

    /// <summary>Gives a generic instance its function.</summary>
    /// <exception cref="StartException">The code does not load. The instance is not to be used then.</exception>
    Task LoadAsync(FunctionPlan plan, CancellationToken cancellation);

    /// <summary>Serves a call. Never throws for what the code does. At most <see cref="FunctionPlan.Concurrency"/> calls at once.</summary>
    ValueTask<CallReply> CallAsync(CallRequest request, CallStart start, CancellationToken cancellation);
}

/// <summary>A result in pieces, from an instance that is busy with it.</summary>
internal interface IReplyStream : IAsyncEnumerable<ReadOnlyMemory<byte>>
{
    /// <summary>Completes when the instance is free of the call, or broken.</summary>
    Task Over { get; }

    /// <summary>How the call ended; null while it goes on, and where whoever reads stopped before its end.</summary>
    StreamEnd? End { get; }
}

/// <summary>What happened to a call before an instance has it.</summary>
/// <param name="Queue">Seconds.</param>
/// <param name="Instance">Seconds.</param>
internal readonly record struct CallStart(bool Cold, double Queue, double Instance);

/// <summary>Makes instances.</summary>
internal interface IInstanceMaker
{
    /// <summary>Whether a generic instance can become one of this version.</summary>
    bool CanBeGeneric(FunctionPlan plan);

    /// <summary>Starts one with the plan's code loaded, or a generic one for every version of the same <see cref="FunctionPlan.RuntimeKey"/>.</summary>
    /// <exception cref="StartException">It does not start.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left.</exception>
    Task<IWarmInstance> MakeAsync(FunctionPlan plan, bool generic, CancellationToken cancellation);
}

/// <summary>An instance could not be made, for a reason that is the user's to read.</summary>
internal sealed class StartException(string message, string? traceback = null, ReadOnlyMemory<byte> output = default, ReadOnlyMemory<byte> error = default)
    : Exception(message)
{
    public string? Traceback { get; } = traceback;

    /// <summary>What it wrote before it failed.</summary>
    public ReadOnlyMemory<byte> Output { get; } = output;
    public ReadOnlyMemory<byte> ErrorOutput { get; } = error;
}
