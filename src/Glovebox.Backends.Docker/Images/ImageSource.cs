using System.Buffers.Text;
using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Backends.Docker.Engine;
using Glovebox.Execution;

namespace Glovebox.Backends.Docker.Images;

/// <summary>Has an image on the host, fetched when its policy says so.</summary>
internal sealed class ImageSource(EngineClient engine, DockerHost host, TimeProvider time)
{
    /// <summary>The image, or why there is none.</summary>
    /// <param name="pulling">Called when it is about to be fetched.</param>
    public async Task<(ImageFacts? Image, string? Refusal)> HaveAsync(NamedImage image, Func<Task> pulling, CancellationToken cancellation)
    {
        if (image.Pull != PullPolicy.Always && await FindAsync(image.Name, cancellation).ConfigureAwait(false) is { } present) return (present, null);
        if (image.Pull == PullPolicy.Never)
            return (null, $"The image '{image.Name}' is not on '{engine.Address}', and it is not to be pulled. Pull it there, or allow it (pull: missing).");
        var name = ImageName.Parse(image.Name);
        await pulling().ConfigureAwait(false);
        if (await PullAsync(name, cancellation).ConfigureAwait(false) is { } reason)
        {
            return (null, $"The image '{image.Name}' could not be pulled by '{engine.Address}': {reason.TrimEnd('.')}. "
                + $"Correct its name, or give the resource a login for {(name.Registry is { } registry ? $"'{registry}'" : "its default registry ('default')")}.");
        }
        return await FindAsync(image.Name, cancellation).ConfigureAwait(false) is { } pulled
            ? (pulled, null)
            : (null, $"The image '{image.Name}' was pulled by '{engine.Address}' and is not there. Look into the engine's log.");
    }

    private async Task<ImageFacts?> FindAsync(string name, CancellationToken cancellation)
    {
        try
        {
            return await engine.GetAsync($"/images/{Uri.EscapeDataString(name)}/json", EngineJson.Default.ImageFacts, cancellation).ConfigureAwait(false);
        }
        catch (EngineException e) when (e.NotFound)
        {
            return null;
        }
    }

    private async Task<string?> PullAsync(ImageName name, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(host.PullTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            var path = $"/images/create?fromImage={Uri.EscapeDataString(name.Repository)}&tag={Uri.EscapeDataString(name.Version)}";
            // Podman answers only when the image is there, so the answer's beginning is bound by the pull's own time.
            var progress = await engine.OpenAsync(HttpMethod.Post, path, Login(name), both.Token).ConfigureAwait(false);
            await using var _ = progress.ConfigureAwait(false);
            await foreach (var line in JsonSerializer.DeserializeAsyncEnumerable(progress, EngineJson.Default.PullProgress, topLevelValues: true, both.Token).ConfigureAwait(false))
                if (line?.Error is { } error) return error;
            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return $"it did not arrive within {Words.Of(host.PullTimeout)}";
        }
        catch (EngineException e) when (!e.Unreachable)
        {
            return e.Message;
        }
        catch (IOException e)
        {
            throw engine.Unreachable(e);
        }
        catch (JsonException e)
        {
            return e.Message;
        }
    }

    private Dictionary<string, string> Login(ImageName name)
    {
        if (!host.Registries.TryGetValue(name.Registry ?? "default", out var login)) return [];
        var text = JsonSerializer.SerializeToUtf8Bytes(new Login(login.User, login.Password, name.Registry ?? ""), EngineJson.Default.Login);
        // The engine reads base64 of the URL alphabet, with its padding.
        var code = Base64Url.EncodeToString(text);
        return new Dictionary<string, string>(StringComparer.Ordinal) { ["X-Registry-Auth"] = code.PadRight((code.Length + 3) / 4 * 4, '=') };
    }
}
