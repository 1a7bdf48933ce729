using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Glovebox.Backends.Docker.Engine;

/// <summary>
/// Speaks the Docker Engine API, version 1.41, which Podman's service speaks too. Every failure is an <see cref="EngineException"/>.
/// Format: the Engine API reference of Docker, v1.41.
/// </summary>
internal sealed class EngineClient : IDisposable
{
    private const string Version = "/v1.41";
    private const int LongestComplaint = 64 * 1024;

    private readonly DockerHost _host;
    private readonly EngineAddress _address;
    private readonly TimeProvider _time;
    private readonly HttpClient _http;

    // A request on a connection of its own is never sent a second time behind our back.
    private readonly HttpClient _waits;

    public EngineClient(DockerHost host, TimeProvider time)
    {
        _host = host;
        _time = time;
        _address = EngineAddress.Parse(host.Address);
        _http = Connect(reuse: true);
        _waits = Connect(reuse: false);
    }

    /// <summary>The host, for messages.</summary>
    public string Address => _address.Text;

    /// <summary>Asks whether the engine is there.</summary>
    /// <returns>True when it is Podman.</returns>
    public async Task<bool> PingAsync(CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, "/_ping"), cancellation).ConfigureAwait(false);
        return response.Headers.Contains("Libpod-API-Version");
    }

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) => BoundAsync(async bound =>
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Get, Version + path), bound).ConfigureAwait(false);
        return await ReadAsync(response, type, bound).ConfigureAwait(false);
    }, cancellation);

    public Task<TAnswer> PostAsync<T, TAnswer>(
        string path, T body, JsonTypeInfo<T> type, JsonTypeInfo<TAnswer> answer, CancellationToken cancellation) => BoundAsync(async bound =>
    {
        // With its length: Podman 4 does not read a body that comes in chunks.
        using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(body, type));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, Version + path) { Content = content }, bound).ConfigureAwait(false);
        return await ReadAsync(response, answer, bound).ConfigureAwait(false);
    }, cancellation);

    /// <summary>Asks for something whose answer does not matter.</summary>
    public Task DoAsync(HttpMethod method, string path, CancellationToken cancellation) => BoundAsync(async bound =>
    {
        using var response = await SendAsync(new HttpRequestMessage(method, Version + path), bound).ConfigureAwait(false);
        return true;
    }, cancellation);

    /// <summary>Waits for an answer however long it takes.</summary>
    public async Task<T> AwaitAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        using var response = await SendAsync(new HttpRequestMessage(HttpMethod.Post, Version + path), cancellation, _waits).ConfigureAwait(false);
        return await ReadAsync(response, type, cancellation).ConfigureAwait(false);
    }

    /// <summary>Opens a stream; its beginning is waited for, its end is not bound in time.</summary>
    public Task<Stream> OpenAsync(HttpMethod method, string path, CancellationToken cancellation) =>
        BoundAsync(bound => OpenAsync(method, path, [], bound), cancellation);

    /// <summary>The same, with headers and no bound but the caller's.</summary>
    public async Task<Stream> OpenAsync(HttpMethod method, string path, Dictionary<string, string> headers, CancellationToken cancellation)
    {
        var request = new HttpRequestMessage(method, Version + path);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        var response = await SendAsync(request, cancellation).ConfigureAwait(false);
        // Whoever disposes the stream ends the response with it.
        return await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>A header of the answer to HEAD; null when there is none. "Not found" is an answer.</summary>
    public Task<string?> HeaderAsync(string path, string header, CancellationToken cancellation) => BoundAsync(async bound =>
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, Version + path);
        using var response = await RawAsync(request, bound).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode && response.StatusCode != HttpStatusCode.NotFound)
            throw new EngineException(response.StatusCode, response.ReasonPhrase ?? "");
        return response.Headers.TryGetValues(header, out var values) ? values.First() : null;
    }, cancellation);

    public void Dispose()
    {
        _http.Dispose();
        _waits.Dispose();
    }

    /// <summary>What went wrong on the way, as the one exception of this class.</summary>
    public EngineException Unreachable(Exception cause) => new(
        null, $"The container engine at '{Address}' cannot be reached: {cause.Message} Start it, or correct the resource's address.", cause);

    private HttpClient Connect(bool reuse)
    {
        var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (_, cancellation) => await _address.ConnectAsync(cancellation).ConfigureAwait(false),
            ConnectTimeout = _host.ConnectTimeout,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
            PooledConnectionLifetime = reuse ? Timeout.InfiniteTimeSpan : TimeSpan.Zero,
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
        };
        var tls = _host.Tls is not null && !_address.Local;
        if (tls) handler.SslOptions = EngineTls.Options(_host.Tls!, _address);
        return new HttpClient(handler) { BaseAddress = new Uri($"{(tls ? "https" : "http")}://{_address.Host}"), Timeout = Timeout.InfiniteTimeSpan };
    }

    private async Task<T> BoundAsync<T>(Func<CancellationToken, Task<T>> ask, CancellationToken cancellation)
    {
        using var limit = new CancellationTokenSource(_host.RequestTimeout, _time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellation);
        try
        {
            return await ask(both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw Unreachable(new TimeoutException($"it did not answer within {Glovebox.Execution.Words.Of(_host.RequestTimeout)}.", e));
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellation, HttpClient? client = null)
    {
        using var sent = request;
        var response = await RawAsync(request, cancellation, client).ConfigureAwait(false);
        // 304: already so.
        if (response.IsSuccessStatusCode || response.StatusCode is HttpStatusCode.NotModified or HttpStatusCode.SwitchingProtocols) return response;
        using (response) throw new EngineException(response.StatusCode, await ComplaintAsync(response, cancellation).ConfigureAwait(false));
    }

    private async Task<HttpResponseMessage> RawAsync(HttpRequestMessage request, CancellationToken cancellation, HttpClient? client = null)
    {
        try
        {
            return await (client ?? _http).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable(e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw Unreachable(e); // The handler's own limit on connecting.
        }
    }

    private async Task<T> ReadAsync<T>(HttpResponseMessage response, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable(e);
        }
        catch (JsonException e)
        {
            throw new EngineException(response.StatusCode, $"The container engine at '{Address}' gave an answer that is not of its API: {e.Message}", e);
        }
    }

    private async Task<string> ComplaintAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
            if (body.Length > LongestComplaint) return response.ReasonPhrase ?? "";
            return JsonSerializer.Deserialize(body, EngineJson.Default.Complaint)?.Message ?? response.ReasonPhrase ?? "";
        }
        catch (JsonException)
        {
            return response.ReasonPhrase ?? ""; // Something in between answered, not the engine.
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            throw Unreachable(e);
        }
    }
}
