using System.Collections.Concurrent;
using Glovebox.Api.Execution;
using Glovebox.Execution;

namespace Glovebox.Tests.Jobs.Nodes;

/// <summary>Boxes that a test ends, and that outlive the node that started them. What it counts tells whether a command ran twice.</summary>
internal sealed class ScriptedBackend(bool adopts = true) : IBackend
{
    private readonly ConcurrentDictionary<string, Box> _boxes = new();
    private readonly ConcurrentDictionary<string, int> _ends = new();

    public string Name => "scripted";
    public BackendCapabilities Capabilities => new(Isolation: false, Overlay: false, Limits: true, Adoption: adopts, Images: RunsImages);

    public bool RunsImages { get; init; }

    /// <summary>The code that a box ends with as soon as it runs; null for one that goes on.</summary>
    public Func<ExecutionRequest, int?> EndsWith { get; set; } = _ => 0;

    /// <summary>Why nothing starts; null when all is well.</summary>
    public string? Broken { get; set; }

    /// <summary>What else happens when it does not start.</summary>
    public Action Breaks { get; set; } = static () => { };

    public ConcurrentQueue<ExecutionRequest> Started { get; } = new();
    public IReadOnlyCollection<string> Alive => [.. _boxes.Keys];

    public Task<StartResult> StartAsync(ExecutionRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Broken is { } reason)
        {
            Breaks();
            return Task.FromResult(StartResult.Failed(125, reason));
        }
        Started.Enqueue(request);
        File.WriteAllText(request.Streams.LogPath, "2026-01-31T23:59:59.1234567Z stdout F hello\n");
        var box = _boxes[request.Id] = new Box();
        if (EndsWith(request) is { } code) box.End(code);
        if (_ends.TryGetValue(request.Id, out var asked)) box.End(asked);
        return Task.FromResult(StartResult.Started(new Instance(this, request.Id, request.StateDirectory, box)));
    }

    public Task<IInstance?> AdoptAsync(InstanceHandle handle, CancellationToken cancellation) =>
        Task.FromResult<IInstance?>(adopts && _boxes.TryGetValue(handle.Id, out var box) ? new Instance(this, handle.Id, handle.StateDirectory, box) : null);

    /// <summary>Ends a box that runs, or that is about to: that it does is on record before it is there.</summary>
    public void End(string executionId, int code)
    {
        _ends["job-" + executionId] = code;
        if (_boxes.TryGetValue("job-" + executionId, out var box)) box.End(code);
    }

    private sealed class Box
    {
        private readonly TaskCompletionSource<Outcome> _outcome = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Outcome> Outcome => _outcome.Task;

        public void End(int code) => _outcome.TrySetResult(Of(
            code == 0 ? ExecutionState.Succeeded : ExecutionState.Failed, code == 0 ? null : FailureClass.ExitCode, code));

        public void Cancel() => _outcome.TrySetResult(Of(ExecutionState.Cancelled, FailureClass.Cancelled, 143));

        private static Outcome Of(ExecutionState state, FailureClass? failure, int code) =>
            new(state, failure, code, null, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), new ResourceUsage(null, null));
    }

    private sealed class Instance(ScriptedBackend backend, string id, string state, Box box) : IInstance
    {
        public InstanceHandle Handle => new(backend.Name, id, state, true);
        public bool HasEnded => box.Outcome.IsCompleted;

        public async Task<Outcome> WaitAsync(CancellationToken cancel)
        {
            using var cancelled = cancel.Register(box.Cancel);
            return await box.Outcome;
        }

        public ValueTask DisposeAsync()
        {
            box.Cancel();
            backend._boxes.TryRemove(id, out _);
            if (Directory.Exists(state)) Directory.Delete(state, recursive: true);
            return ValueTask.CompletedTask;
        }
    }
}
