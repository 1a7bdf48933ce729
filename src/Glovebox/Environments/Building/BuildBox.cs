using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Execution;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Images.Layers;

namespace Glovebox.Environments.Building;

/// <summary>Runs a command of a build in a box. Its output goes to a log, which is kept only when the command fails.</summary>
public sealed class BuildBox(IBackend backend, GloveboxHome home, LayerStore layers, TimeProvider time)
{
    /// <summary>Runs the command to its end.</summary>
    /// <exception cref="RefusalException">It failed: the message has the end of its output and where the whole of it is.</exception>
    public async Task RunAsync(BoxCommand command, CancellationToken cancellation)
    {
        var log = Path.Combine(
            Directory.CreateDirectory(home.Logs).FullName, $"build-{time.GetUtcNow():yyyyMMdd-HHmmss}-{Guid.NewGuid():N}.log");
        await using var tail = new TailStream(command.Line);
        var outcome = await RunAsync(command, log, tail, cancellation);
        if (outcome.State == ExecutionState.Succeeded)
        {
            File.Delete(log);
            return;
        }
        if (outcome.State == ExecutionState.Cancelled) throw new OperationCanceledException(cancellation);
        var reason = outcome.Message ?? (outcome.ExitCode is { } code ? $"it ended with code {code}" : "it failed");
        throw new RefusalException(command.Failure, $"{command.Title} failed: {reason}{tail.Text()}\nThe whole output is in {log}");
    }

    private async Task<Outcome> RunAsync(BoxCommand command, string log, TailStream tail, CancellationToken cancellation)
    {
        if (!backend.Capabilities.Isolation || !backend.Capabilities.Overlay)
            throw RefusalException.Unable(
                $"backend {backend.Name} cannot build environments: it has no file system of its own. Use the oci backend");
        var id = "build-" + Guid.NewGuid().ToString("N")[..16];
        // In the draft, so that it goes with it.
        var state = command.Draft.MakeDirectory(id);
        var request = new ExecutionRequest
        {
            Id = id,
            StateDirectory = state,
            Root = new RootFileSystem([.. command.Layers.Select(layers.FsOf)], command.Upper ?? command.Draft.Fs, command.Draft.Work),
            Mounts = command.Mounts,
            Command = command.Command,
            Environment = command.Variables,
            WorkingDirectory = command.WorkingDirectory,
            Network = command.Network,
            Privileges = BoxPrivileges.Build,
            Streams = new ExecutionStreams(log, Output: tail, Error: tail),
        };
        var started = await backend.StartAsync(request, cancellation);
        if (started.Failure is { } failure) throw RefusalException.Unable($"{command.Title}: {failure.Message}");
        await using var instance = started.Instance!;
        return await instance.WaitAsync(cancellation);
    }
}

/// <summary>A command of a build.</summary>
public sealed record BoxCommand
{
    /// <summary>For messages: <c>apt: python3-numpy</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The root below, lowest first.</summary>
    public required IReadOnlyList<Digest> Layers { get; init; }

    /// <summary>Receives what the command writes, and holds the box's own state.</summary>
    public required LayerDraft Draft { get; init; }

    /// <summary>Receives what the command writes in the draft's place; for what is thrown away.</summary>
    public string? Upper { get; init; }

    /// <summary>An argument list; never a text for a shell.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    public IReadOnlyList<Mount> Mounts { get; init; } = [];
    public IReadOnlyDictionary<string, string> Variables { get; init; } = Reproducible.Variables;
    public string WorkingDirectory { get; init; } = "/";
    public NetworkMode Network { get; init; } = NetworkMode.None;

    /// <summary>How a failing command is to be taken: the user's mistake, or the machine's lack.</summary>
    public RefusalKind Failure { get; init; } = RefusalKind.Unable;

    /// <summary>Receives each line of output as it comes.</summary>
    public Action<string>? Line { get; init; }
}
