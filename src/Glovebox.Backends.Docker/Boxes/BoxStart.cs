using Glovebox.Api.Execution;
using Glovebox.Backends.Docker.Engine;
using Glovebox.Backends.Docker.Images;
using Glovebox.Backends.Docker.Output;
using Glovebox.Execution;

namespace Glovebox.Backends.Docker.Boxes;

/// <summary>Starts containers: image, create, look for the command, listen, start. Whatever fails on the way leaves no container.</summary>
internal sealed class BoxStart(EngineClient engine, DockerHost host, TimeProvider time)
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    private readonly ImageSource _images = new(engine, host, time);
    private readonly CommandLookup _commands = new(engine);
    private volatile bool _noInit;

    /// <summary>Why the image is not there; null when it is.</summary>
    public async Task<StartFailure?> PullAsync(NamedImage image, Func<Task> pulling, CancellationToken cancellation)
    {
        try
        {
            return (await _images.HaveAsync(image, pulling, cancellation).ConfigureAwait(false)).Refusal is { } refusal ? new StartFailure(125, refusal) : null;
        }
        catch (EngineException e)
        {
            return NotAsked(e, image);
        }
    }

    public async Task<StartResult> StartAsync(ExecutionRequest request, CancellationToken cancellation)
    {
        try
        {
            var podman = await engine.PingAsync(cancellation).ConfigureAwait(false);
            var (image, refusal) = await _images.HaveAsync(request.Image!, static () => Task.CompletedTask, cancellation).ConfigureAwait(false);
            if (image is null) return StartResult.Failed(125, refusal!);
            var result = await CreateAsync(request, image, podman, init: !_noInit, cancellation).ConfigureAwait(false);
            // A host without an init runs the command as process 1, and says so only when it is asked.
            return result ?? await CreateAsync(request, image, podman, init: false, cancellation).ConfigureAwait(false)
                ?? throw new InvalidOperationException("an init was missed that nobody asked for");
        }
        catch (EngineException e)
        {
            return new StartResult(null, NotAsked(e, request.Image!));
        }
    }

    /// <summary>Null when the host has no init.</summary>
    private async Task<StartResult?> CreateAsync(
        ExecutionRequest request, ImageFacts image, bool podman, bool init, CancellationToken cancellation)
    {
        var record = BoxRecord.Of(request, engine.Address, time);
        record.Save(request.StateDirectory);
        var (created, asked) = (false, false);
        Stream? output = null;
        // Before anything runs: a log that cannot be made is a reason not to start.
        var log = new ContainerOutput(new ExecutionOutput(request.Detached ? record.Streams : request.Streams, time));
        StartResult Started() => StartResult.Started(new DockerInstance(new Box(engine, host, record, request.StateDirectory, podman), log, output, time));
        try
        {
            await engine.PostAsync($"/containers/create?name={request.Id}", ContainerPlan.Of(request, podman, init),
                EngineJson.Default.NewContainer, EngineJson.Default.CreatedContainer, cancellation).ConfigureAwait(false);
            created = true;
            if (init && await FindCommandAsync(request, image, cancellation).ConfigureAwait(false) is { } missing)
            {
                await UndoAsync(request, created, output, log).ConfigureAwait(false);
                return new StartResult(null, missing);
            }
            output = await engine.OpenAsync(HttpMethod.Post, $"/containers/{request.Id}/attach?stream=1&stdout=1&stderr=1", cancellation).ConfigureAwait(false);
            record = record with { StartedAt = time.GetUtcNow(), Started = true };
            record.Save(request.StateDirectory);
            asked = true;
            await engine.DoAsync(HttpMethod.Post, $"/containers/{request.Id}/start", cancellation).ConfigureAwait(false);
            return Started();
        }
        catch (EngineException e) when (e.Unreachable && asked)
        {
            // Perhaps it runs: whoever waits for it learns that when the host is back.
            return Started();
        }
        catch (EngineException e) when (!e.Unreachable)
        {
            await UndoAsync(request, created, output, log).ConfigureAwait(false);
            if (init && StartComplaint.MissesInit(e.Message))
            {
                _noInit = true;
                return null;
            }
            return new StartResult(null, StartComplaint.Judge(e.Message, request.Command[0], engine.Address));
        }
        catch
        {
            // The engine may have made it though its answer was lost or not waited for.
            await UndoAsync(request, created: true, output, log).ConfigureAwait(false);
            throw;
        }
    }

    private async Task<StartFailure?> FindCommandAsync(ExecutionRequest request, ImageFacts image, CancellationToken cancellation)
    {
        // The image's entry point goes before what was asked for.
        var command = image.Config?.Entrypoint is [var entry, ..] ? entry : request.Command[0];
        var search = request.Environment.GetValueOrDefault("PATH")
            ?? image.Config?.Env?.FirstOrDefault(value => value.StartsWith("PATH=", StringComparison.Ordinal))?[5..] ?? DefaultPath;
        var directory = request.WorkingDirectory.Length > 0 ? request.WorkingDirectory : image.Config?.WorkingDir is { Length: > 0 } own ? own : "/";
        try
        {
            return await _commands.FindAsync(
                request.Id, image.Id, command, search, directory, request.Mounts.Select(mount => mount.ToString()), cancellation).ConfigureAwait(false);
        }
        catch (EngineException e) when (!e.Unreachable)
        {
            return null; // An engine that cannot look into a container may start it all the same.
        }
    }

    private StartFailure NotAsked(EngineException e, NamedImage image) => new(125, e.Unreachable
        ? e.Message
        : $"The engine at '{engine.Address}' could not be asked for the image '{image.Name}': {e.Message.TrimEnd('.')}. Look into the engine's log.");

    private async Task UndoAsync(ExecutionRequest request, bool created, Stream? output, ContainerOutput log)
    {
        log.Dispose();
        if (output is not null) await output.DisposeAsync().ConfigureAwait(false);
        if (created) await RemoveAsync(request.Id).ConfigureAwait(false);
        // It did not run, so nobody may take it for one that is lost.
        File.Delete(BoxRecord.PathIn(request.StateDirectory));
    }

    private async Task RemoveAsync(string id)
    {
        try
        {
            await engine.DoAsync(HttpMethod.Delete, $"/containers/{id}?force=1&v=1", CancellationToken.None).ConfigureAwait(false);
        }
        catch (EngineException)
        {
            // Gone, or its host is: then it is listed, with its label, when the host is back.
        }
    }
}
