using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Glovebox.Api.Jobs.Remote;

/// <summary>Requests to a server: JSON there and back, problem details as the refusals they were made from.</summary>
internal sealed class ServerCalls : IDisposable
{
    private const int Attempts = 30;
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1), Patience = TimeSpan.FromSeconds(100);

    private readonly HttpClient _http;
    private readonly Uri _server;
    private readonly TimeProvider _clock;

    public ServerCalls(Uri server, string? token, TimeProvider clock, string? machine)
    {
        (_server, _clock) = (server, clock);
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(10), AllowAutoRedirect = false, UseProxy = !server.IsLoopback };
        var root = server.AbsoluteUri.EndsWith('/') ? server : new Uri($"{server.AbsoluteUri}/");
        _http = new HttpClient(handler) { BaseAddress = root, Timeout = Timeout.InfiniteTimeSpan };
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        if (machine is not null) _http.DefaultRequestHeaders.Add(JobsClient.MachineHeader, machine);
    }

    /// <summary>A part of a path.</summary>
    /// <exception cref="RefusalException">A part that a URL cannot hold.</exception>
    public static string Part(string what, string text) =>
        text is "" or "." or ".." ? throw RefusalException.Bad($"{what} '{text}': not a name") : Uri.EscapeDataString(text);

    public static ByteArrayContent Json(byte[] json) => new(json) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };

    public Task<T> GetAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Get, path), type, cancellation);

    public Task<T> PostAsync<T>(string path, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path), type, cancellation);

    /// <param name="patience">How long the answer may take; null for a hundred seconds.</param>
    public async Task<T> SendAsync<T>(HttpRequestMessage request, JsonTypeInfo<T> type, CancellationToken cancellation, TimeSpan? patience = null)
    {
        using var response = await AnswerAsync(request, patience ?? Patience, cancellation).ConfigureAwait(false);
        return Parse(await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false), type);
    }

    public async Task SendAsync(HttpRequestMessage request, CancellationToken cancellation) =>
        (await AnswerAsync(request, Patience, cancellation).ConfigureAwait(false)).Dispose();

    public T Get<T>(string path, JsonTypeInfo<T> type)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path);
            using var response = _http.Send(request);
            using var stream = response.Content.ReadAsStream();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return response.IsSuccessStatusCode ? Parse(bytes.ToArray(), type) : throw Refusals.Of(response.StatusCode, bytes.ToArray());
        }
        catch (HttpRequestException failure)
        {
            throw Unreachable(failure);
        }
    }

    /// <summary>The caller owns the stream.</summary>
    public async Task<Stream> OpenAsync(string path, CancellationToken cancellation)
    {
        var response = await AnswerAsync(new HttpRequestMessage(HttpMethod.Get, path), Patience, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
    }

    /// <param name="patient">While the server is away, waits for it to come back.</param>
    public async Task<LogPiece> PieceAsync(string path, bool patient, CancellationToken cancellation)
    {
        using var response = await ComeBackAsync(path, patient, cancellation).ConfigureAwait(false);
        var bytes = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        return new LogPiece(bytes, long.Parse(Header(response, "Glovebox-Log-Position")), Header(response, "Glovebox-Log-Ended") == "true");
    }

    /// <summary>Ends when the connection does.</summary>
    public async IAsyncEnumerable<JobEvent> EventsAsync(string path, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await ComeBackAsync(path, patient: true, cancellation).ConfigureAwait(false);
        using var lines = new StreamReader(await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false));
        while (await LineAsync(lines, cancellation).ConfigureAwait(false) is { } line)
            if (line.StartsWith("data: ", StringComparison.Ordinal))
                yield return JsonSerializer.Deserialize(line.AsSpan(6), JobsJson.Default.JobEvent)!;
    }

    public void Dispose() => _http.Dispose();

    private static async Task<string?> LineAsync(StreamReader lines, CancellationToken cancellation)
    {
        try
        {
            return await lines.ReadLineAsync(cancellation).ConfigureAwait(false);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private async Task<HttpResponseMessage> ComeBackAsync(string path, bool patient, CancellationToken cancellation)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AnswerAsync(new HttpRequestMessage(HttpMethod.Get, path), Patience, cancellation).ConfigureAwait(false);
            }
            catch (RefusalException away) when (patient && away.Kind == RefusalKind.Unable && attempt < Attempts)
            {
                await Task.Delay(Pause, _clock, cancellation).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The head of a successful answer.</summary>
    private async Task<HttpResponseMessage> AnswerAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellation)
    {
        var response = await RawAsync(request, patience, cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode) return response;
        using (response) throw Refusals.Of(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false));
    }

    /// <summary>The head of any answer.</summary>
    public async Task<HttpResponseMessage> RawAsync(HttpRequestMessage request, TimeSpan patience, CancellationToken cancellation)
    {
        using var _ = request;
        try
        {
            return await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation)
                .WaitAsync(patience, _clock, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is HttpRequestException or TimeoutException)
        {
            throw Unreachable(failure);
        }
    }

    private RefusalException Unreachable(Exception failure) =>
        RefusalException.Unable($"{_server.GetLeftPart(UriPartial.Authority)}: cannot be reached: {failure.Message}. Start it with 'glovebox serve', or name another with --server");

    private static T Parse<T>(byte[] json, JsonTypeInfo<T> type) =>
        JsonSerializer.Deserialize(json, type) ?? throw RefusalException.Unable("the server's answer is empty: it is no Glovebox server of this version");

    private static string Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values)
        ? values.First()
        : throw RefusalException.Unable($"the server's answer has no {name}: it is no Glovebox server of this version");
}
