using System.Globalization;
using Glovebox.Backends.Docker.Engine;

namespace Glovebox.Backends.Docker.Boxes;

/// <summary>One container of ours, and what can be asked of its engine about it.</summary>
/// <param name="Podman">Which engine it is; null while that could not be asked.</param>
internal sealed record Box(EngineClient Engine, DockerHost Host, BoxRecord Record, string StateDirectory, bool? Podman)
{
    private string Path => $"/containers/{Record.Id}";

    /// <summary>Null when it is not there any more.</summary>
    public async Task<ContainerState?> InspectAsync(CancellationToken cancellation)
    {
        try
        {
            return (await Engine.GetAsync(Path + "/json", EngineJson.Default.ContainerFacts, cancellation).ConfigureAwait(false)).State;
        }
        catch (EngineException e) when (e.NotFound)
        {
            return null;
        }
    }

    /// <summary>Returns when it does not run, or is not there.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        try
        {
            await Engine.AwaitAsync(Path + "/wait", EngineJson.Default.ContainerEnd, cancellation).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.NotFound)
        {
            // Removed by somebody: there is nothing to wait for.
        }
    }

    /// <summary>Its whole output from the first byte; to the end of the container when followed.</summary>
    public Task<Stream> OpenLogAsync(bool follow, CancellationToken cancellation) =>
        Engine.OpenAsync(HttpMethod.Get, $"{Path}/logs?stdout=1&stderr=1{(follow ? "&follow=1" : "")}", cancellation);

    public Task SignalAsync(int signal, CancellationToken cancellation) =>
        Engine.DoAsync(HttpMethod.Post, string.Create(CultureInfo.InvariantCulture, $"{Path}/kill?signal={signal}"), cancellation);

    public Task RemoveAsync(CancellationToken cancellation) => Engine.DoAsync(HttpMethod.Delete, Path + "?force=1&v=1", cancellation);
}
