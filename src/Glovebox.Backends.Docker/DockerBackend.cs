using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Backends.Docker.Boxes;
using Glovebox.Backends.Docker.Engine;
using Glovebox.Backends.Docker.Output;
using Glovebox.Execution;

namespace Glovebox.Backends.Docker;

/// <summary>
/// Containers of one Docker or Podman host, from images that it has or pulls. The image's entry point, variables, user (where the request says
/// <see cref="BoxUser.OfImage"/>) and working directory (where the request's is empty) hold as they do for the engine's own users, and the
/// engine's usual capabilities too. The engine itself adds a few variables (Podman: <c>HOSTNAME</c>, <c>TERM</c>, <c>container</c>).
/// </summary>
/// <remarks>
/// Every container can be adopted, detached or not. An engine knows no deadlines: while no process of Glovebox follows a container it may run
/// past its own, and is ended as soon as it is adopted. A container of a host that reboots ends with the code that the engine gives it.
/// </remarks>
public sealed class DockerBackend : IBackend, IDisposable
{
    private readonly DockerHost _host;
    private readonly TimeProvider _time;
    private readonly EngineClient _engine;
    private readonly BoxStart _start;

    /// <exception cref="RefusalException">The address or a TLS file cannot be used.</exception>
    public DockerBackend(DockerHost host, TimeProvider time)
    {
        (_host, _time) = (host, time);
        _engine = new EngineClient(host, time);
        _start = new BoxStart(_engine, host, time);
    }

    public string Name => _host.Backend;

    public BackendCapabilities Capabilities => new(Isolation: true, Overlay: false, Limits: true, Adoption: true, Images: true);

    /// <summary>The address of the host that has the box of a handle; null when the handle's box was never started by this kind of backend.</summary>
    public static string? HostOf(InstanceHandle handle) => BoxRecord.Load(handle.StateDirectory)?.Address;

    public async Task<StartResult> StartAsync(ExecutionRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (ContainerPlan.Refuse(request, Name) is { } refusal) return StartResult.Failed(125, refusal);
        try
        {
            return await _start.StartAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StartResult.Failed(125, $"The box could not be prepared: {e.Message} Check the disk and the permissions of GLOVEBOX_HOME.");
        }
    }

    /// <summary>
    /// Has an image on the host, fetched when its policy says so; null when it is there. A start does this by itself: this is for whoever wants to
    /// know how long it takes. Start with <see cref="PullPolicy.Missing"/> then, and nothing is fetched twice.
    /// </summary>
    /// <param name="pulling">Called, and waited for, when the image is not there or is to be fetched anyhow.</param>
    public Task<StartFailure?> PullAsync(NamedImage image, Func<Task> pulling, CancellationToken cancellation) =>
        _start.PullAsync(image, pulling, cancellation);

    /// <summary>
    /// Goes on with a container: its log without a byte lost or doubled, its deadline (at once when it has passed), its outcome. When the host
    /// cannot be reached, the instance waits for it as long as <see cref="DockerHost.LostAfter"/> says, and is <c>lost</c> then. One that was
    /// started and is not there any more is <c>lost</c> too: it may have run.
    /// </summary>
    /// <exception cref="RefusalException">Another host has it (see <see cref="HostOf"/>).</exception>
    public async Task<IInstance?> AdoptAsync(InstanceHandle handle, CancellationToken cancellation)
    {
        if (BoxRecord.Load(handle.StateDirectory) is not { } record) return null;
        if (record.Address != _engine.Address)
            throw RefusalException.Conflict($"The box '{record.Id}' is at '{record.Address}', not at '{_engine.Address}'. Ask the resource with that address.");
        var (podman, state) = ((bool?)null, (ContainerState?)null);
        try
        {
            podman = await _engine.PingAsync(cancellation).ConfigureAwait(false);
            state = await new Box(_engine, _host, record, handle.StateDirectory, podman).InspectAsync(cancellation).ConfigureAwait(false);
            if (state is null && !record.Started) return Forget(handle);
        }
        catch (EngineException e) when (e.Unreachable)
        {
            // The instance waits for it.
        }
        var box = new Box(_engine, _host, record, handle.StateDirectory, podman);
        if (state is { NeverStarted: true })
        {
            await box.RemoveAsync(cancellation).ConfigureAwait(false);
            return Forget(handle);
        }
        var output = await ContainerOutput.ResumeAsync(record.Streams, _time, cancellation).ConfigureAwait(false);
        return new DockerInstance(box, output, attached: null, _time, ended: state is { Running: false });
    }

    /// <summary>Asks the host whether it is there.</summary>
    /// <exception cref="RefusalException">It is not; the message says why.</exception>
    public async Task PingAsync(CancellationToken cancellation)
    {
        try
        {
            using var limit = new CancellationTokenSource(_host.ConnectTimeout, _time);
            using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
            await _engine.PingAsync(both.Token).ConfigureAwait(false);
        }
        catch (EngineException e)
        {
            throw RefusalException.Unable(e.Message);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw RefusalException.Unable($"The container engine at '{_engine.Address}' did not answer within {Words.Of(_host.ConnectTimeout)}. Look into its log.");
        }
    }

    /// <summary>The containers of Glovebox on the host, whichever process started them, and whether they run or not.</summary>
    /// <exception cref="RefusalException">The host cannot be asked.</exception>
    public async Task<IReadOnlyList<KnownContainer>> ListAsync(CancellationToken cancellation)
    {
        try
        {
            var filter = Uri.EscapeDataString($"{{\"label\":[\"{ContainerPlan.IdLabel}\"]}}");
            var listed = await _engine.GetAsync(
                $"/containers/json?all=1&filters={filter}", EngineJson.Default.IReadOnlyListListedContainer, cancellation).ConfigureAwait(false);
            return [.. listed.Select(container => new KnownContainer(
                container.Labels?.GetValueOrDefault(ContainerPlan.IdLabel) ?? "", container.Labels?.GetValueOrDefault(ContainerPlan.StateLabel) ?? "",
                container.Image, DateTimeOffset.FromUnixTimeSeconds(container.Created)))];
        }
        catch (EngineException e)
        {
            throw RefusalException.Unable(e.Message);
        }
    }

    /// <summary>Ends and removes a container of Glovebox that no execution claims. One that is not there is well.</summary>
    /// <param name="id">See <see cref="KnownContainer.Id"/>.</param>
    /// <exception cref="RefusalException">The host cannot be asked, or refuses.</exception>
    public async Task RemoveAsync(string id, CancellationToken cancellation)
    {
        try
        {
            await _engine.DoAsync(HttpMethod.Delete, $"/containers/{id}?force=1&v=1", cancellation).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.NotFound)
        {
            // Somebody was faster.
        }
        catch (EngineException e)
        {
            throw RefusalException.Unable(e.Message);
        }
    }

    public void Dispose() => _engine.Dispose();

    private static IInstance? Forget(InstanceHandle handle)
    {
        Directory.Delete(handle.StateDirectory, recursive: true);
        return null;
    }
}

/// <summary>A container of Glovebox.</summary>
/// <param name="Id">The request's id, which is the container's name.</param>
/// <param name="StateDirectory">On the machine that started it.</param>
public sealed record KnownContainer(string Id, string StateDirectory, string Image, DateTimeOffset CreatedAt);
