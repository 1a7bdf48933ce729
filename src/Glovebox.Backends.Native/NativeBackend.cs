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

    private static readonly string[] DeathSignalPlaces = ["/usr/bin/setpriv", "/bin/setpriv"];

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
        new Thread(() => Run(child, Program(program, request, pump), pump), StackBytes) { IsBackground = true, Name = "glovebox command" }.Start();
        var launch = await child.Launched.ConfigureAwait(false);
        return launch.Number is { } pid
            ? StartResult.Started(new NativeInstance(request, child, pid, time, startedAt, timestamp))
            : StartResult.Failed(125, launch.Failure!);
    }

    private static void Run(Child child, SpawnRequest program, OutputPump pump)
    {
        var pid = Spawner.Spawn(program);
        if (pid > 0)
        {
            child.Follow(pid, pump, ProcessTree.KillRest);
            return;
        }
        pump.Dispose();
        child.Fail(Spawner.Explain(program.Program, pid));
    }

    private static SpawnRequest Program(string program, ExecutionRequest request, OutputPump pump)
    {
        var files = new Dictionary<int, int> { [1] = pump.OutputEnd, [2] = pump.ErrorEnd };
        if (request.Streams.InheritInput) files[0] = 0;
        List<string> command = [program, .. request.Command.Skip(1)];
        // The command ends when this process does, even by kill -9.
        if (Array.Find(DeathSignalPlaces, File.Exists) is { } setpriv) command.InsertRange(0, [setpriv, "--pdeathsig", "KILL"]);
        return new SpawnRequest(command[0], command[1..])
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
