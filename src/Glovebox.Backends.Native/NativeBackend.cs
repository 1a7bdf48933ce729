using Glovebox.Execution;
using Glovebox.Linux;

namespace Glovebox.Backends.Native;

/// <summary>
/// Plain processes of this machine: nothing is sealed off and nothing limited but time. For machines that allow no boxes, and for commands
/// that are meant to change the machine.
/// </summary>
public sealed class NativeBackend(TimeProvider time) : IBackend
{
    internal const string BackendName = "native";

    private const int StackBytes = 256 * 1024;

    public string Name => BackendName;

    public BackendCapabilities Capabilities => new(Isolation: false, Overlay: false, Limits: false, Adoption: false);

    public async Task<StartResult> StartAsync(ExecutionRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (Refuse(request) is { } refusal) return StartResult.Failed(125, refusal);
        var (program, failure) = HostCommand.Find(request);
        if (program is null) return new StartResult(null, failure);
        try
        {
            return await StartAsync(program, request).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StartResult.Failed(125, $"The command could not be started: {e.Message} Check the disk and the permissions of GLOVEBOX_HOME.");
        }
    }

    /// <summary>A process without a box cannot be found again: always null.</summary>
    public Task<IInstance?> AdoptAsync(InstanceHandle handle, CancellationToken cancellation) => Task.FromResult<IInstance?>(null);

    private async Task<StartResult> StartAsync(string program, ExecutionRequest request)
    {
        var pump = new OutputPump(sign: null, new ExecutionOutput(request.Streams, time));
        var (child, startedAt, timestamp) = (new Child(), time.GetUtcNow(), time.GetTimestamp());
        new Thread(() => Run(child, program, request, pump), StackBytes) { IsBackground = true, Name = "glovebox command" }.Start();
        var launch = await child.Launched.ConfigureAwait(false);
        return launch.Number is { } pid
            ? StartResult.Started(new NativeInstance(request, child, pid, time, startedAt, timestamp))
            : StartResult.Failed(125, launch.Failure!);
    }

    private static void Run(Child child, string program, ExecutionRequest request, OutputPump pump)
    {
        try
        {
            // The command ends when this process does, even by kill -9.
            using var line = new LifeLine();
            var pid = Spawner.Spawn(Program(program, request, pump, line));
            if (pid > 0)
            {
                line.Bind(pid);
                child.Follow(pid, pump, ProcessTree.KillRest);
                return;
            }
            Fail(Spawner.Explain(program, pid));
        }
        catch (IOException e)
        {
            Fail(e.Message);
        }

        void Fail(string reason)
        {
            pump.Dispose();
            child.Fail(reason);
        }
    }

    private static SpawnRequest Program(string program, ExecutionRequest request, OutputPump pump, LifeLine line)
    {
        var files = new Dictionary<int, int> { [1] = pump.OutputEnd, [2] = pump.ErrorEnd, [LifeLine.Number] = line.End };
        if (request.Streams.InheritInput) files[0] = 0;
        return new SpawnRequest(program, [.. request.Command.Skip(1)])
        {
            Files = files,
            WorkingDirectory = request.WorkingDirectory,
            Environment = [.. request.Environment.Select(pair => pair.Key + "=" + pair.Value)],
        };
    }

    private static string? Refuse(ExecutionRequest request)
    {
        var limits = request.Limits;
        var limit = limits.MemoryBytes is not null ? "memory"
            : limits.Cpus is not null ? "cpus"
            : limits.Pids is not null ? "pids"
            : limits.DiskBytes is not null ? "disk" : null;
        if (limit is not null) return $"The native backend cannot enforce the limit '{limit}'. Leave it out, or use the backend 'oci'.";
        if (request.Detached) return "The native backend cannot leave a command running alone. Use the backend 'oci'.";
        if (request.Streams.Terminal) return "The native backend has no terminal to give. Use the backend 'oci', or leave the terminal out.";
        if (request.User.Uid != 0 && request.User.Uid != Libc.EffectiveUser())
            return $"The native backend runs commands as the user who asks, not as user {request.User.Uid}. Leave the user out, or use the backend 'oci'.";
        return null;
    }
}
