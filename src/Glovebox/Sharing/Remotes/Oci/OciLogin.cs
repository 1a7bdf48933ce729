using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Glovebox.Api;

namespace Glovebox.Sharing.Remotes.Oci;

/// <summary>
/// Sends requests as somebody: with the password that <c>docker login</c> or <c>podman login</c> left in its file, as it is (Basic) or against a token
/// (the Bearer way of Docker's registries), whichever the registry asks for.
/// </summary>
internal sealed class OciLogin(HttpClient http, string host, string repository)
{
    private AuthenticationHeaderValue? _header;

    public async Task<HttpResponseMessage> SendAsync(Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        var reply = await SendOnceAsync(request, cancellation);
        if (reply.StatusCode != HttpStatusCode.Unauthorized || await AnswerAsync(reply, cancellation) is not { } header) return reply;
        reply.Dispose();
        _header = header;
        return await SendOnceAsync(request, cancellation);
    }

    /// <summary>Without asking again when the registry wants another login.</summary>
    public Task<HttpResponseMessage> SendOnceAsync(Func<HttpRequestMessage> request, CancellationToken cancellation)
    {
        var message = request();
        message.Headers.Authorization = _header;
        return http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);
    }

    private async Task<AuthenticationHeaderValue?> AnswerAsync(HttpResponseMessage reply, CancellationToken cancellation)
    {
        var password = Password();
        foreach (var challenge in reply.Headers.WwwAuthenticate)
        {
            if (challenge.Scheme.Equals("Basic", StringComparison.OrdinalIgnoreCase) && password is not null)
                return new AuthenticationHeaderValue("Basic", password);
            if (challenge.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) && Value(challenge.Parameter, "realm") is { } realm)
                return await TokenAsync(realm, Value(challenge.Parameter, "service"), password, cancellation);
        }
        return null;
    }

    private async Task<AuthenticationHeaderValue?> TokenAsync(string realm, string? service, string? password, CancellationToken cancellation)
    {
        if (!Uri.TryCreate(realm, UriKind.Absolute, out var place) || (place.Scheme != Uri.UriSchemeHttps && !place.IsLoopback)) return null;
        var scope = Uri.EscapeDataString($"repository:{repository}:pull,push");
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{realm}?service={Uri.EscapeDataString(service ?? "")}&scope={scope}"));
        if (password is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Basic", password);
        using var reply = await http.SendAsync(request, cancellation);
        if (!reply.IsSuccessStatusCode) return null;
        using var json = JsonDocument.Parse(await reply.Content.ReadAsByteArrayAsync(cancellation));
        var token = json.RootElement.TryGetProperty("token", out var given) || json.RootElement.TryGetProperty("access_token", out given) ? given.GetString() : null;
        return token is null ? null : new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>NAME="VALUE" in a challenge.</summary>
    private static string? Value(string? parameters, string name)
    {
        var start = parameters?.IndexOf(name + "=\"", StringComparison.OrdinalIgnoreCase) ?? -1;
        if (start < 0) return null;
        start += name.Length + 2;
        var end = parameters!.IndexOf('"', start);
        return end < 0 ? null : parameters[start..end];
    }

    /// <summary>USER:PASSWORD in base 64, from the first of the usual files that has it; null when none does.</summary>
    private string? Password()
    {
        foreach (var path in Files().Where(File.Exists))
        {
            try
            {
                using var json = JsonDocument.Parse(File.ReadAllBytes(path));
                if (json.RootElement.TryGetProperty("auths", out var auths) && auths.TryGetProperty(host, out var entry)
                    && entry.TryGetProperty("auth", out var auth) && auth.GetString() is { Length: > 0 } password) return password;
            }
            catch (Exception broken) when (broken is JsonException or InvalidOperationException)
            {
                throw RefusalException.Unable($"{path} cannot be read: {broken.Message}. Log in again");
            }
        }
        return null;
    }

    private static IEnumerable<string> Files()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        if (Environment.GetEnvironmentVariable("REGISTRY_AUTH_FILE") is { Length: > 0 } named) yield return named;
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime) yield return Path.Combine(runtime, "containers", "auth.json");
        var docker = Environment.GetEnvironmentVariable("DOCKER_CONFIG") is { Length: > 0 } given ? given : Path.Combine(home, ".docker");
        yield return Path.Combine(docker, "config.json");
    }
}
