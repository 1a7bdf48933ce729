using System.Net.Http.Headers;
using System.Text.Json;
using Glovebox.Api.Jobs;
using Glovebox.Api.Jobs.Remote;

namespace Glovebox.Api.Functions.Remote;

/// <summary>The functions of a server, over its native API: the same as the feature in its process, refusals included.</summary>
public sealed class FunctionsClient : IFunctions, IDisposable
{
    private static readonly TimeSpan Patient = TimeSpan.FromHours(1);

    private readonly ServerCalls _calls;

    /// <param name="server">Where it listens, such as <c>http://127.0.0.1:10000</c>.</param>
    /// <param name="token">Null for a server without tokens.</param>
    public FunctionsClient(Uri server, string? token, TimeProvider clock) => _calls = new ServerCalls(server, token, clock, machine: null);

    public Task<FunctionRuntime> CreateRuntimeAsync(string name, RuntimeSpec spec, CancellationToken cancellation) => _calls.SendAsync(
        Json(HttpMethod.Put, Runtime(name), JsonSerializer.SerializeToUtf8Bytes(spec, FunctionsJson.Default.RuntimeSpec)),
        FunctionsJson.Default.FunctionRuntime, cancellation);

    public Task<IReadOnlyList<FunctionRuntime>> ListRuntimesAsync(CancellationToken cancellation) =>
        _calls.GetAsync("v1/runtimes", FunctionsJson.Default.IReadOnlyListFunctionRuntime, cancellation);

    public Task<FunctionRuntime> ShowRuntimeAsync(string name, CancellationToken cancellation) =>
        _calls.GetAsync(Runtime(name), FunctionsJson.Default.FunctionRuntime, cancellation);

    public Task RemoveRuntimeAsync(string name, CancellationToken cancellation) =>
        _calls.SendAsync(new HttpRequestMessage(HttpMethod.Delete, Runtime(name)), cancellation);

    public async Task<Deployment> DeployAsync(string name, FunctionSpec spec, Stream bundle, string file, CancellationToken cancellation)
    {
        using var form = new MultipartFormDataContent();
        var words = ServerCalls.Json(JsonSerializer.SerializeToUtf8Bytes(spec, FunctionsJson.Default.FunctionSpec));
        form.Add(words, "spec", "spec.json");
        form.Add(new StreamContent(bundle), "module", file);
        var request = new HttpRequestMessage(HttpMethod.Post, Named(name)) { Content = form };
        return await _calls.SendAsync(request, FunctionsJson.Default.Deployment, cancellation, Patient).ConfigureAwait(false);
    }

    public Task<IReadOnlyList<Function>> ListAsync(CancellationToken cancellation) =>
        _calls.GetAsync("v1/functions", FunctionsJson.Default.IReadOnlyListFunction, cancellation);

    public Task<Function> ShowAsync(string name, CancellationToken cancellation) => _calls.GetAsync(Named(name), FunctionsJson.Default.Function, cancellation);

    public Task<IReadOnlyList<FunctionVersion>> VersionsAsync(string name, CancellationToken cancellation) =>
        _calls.GetAsync($"{Named(name)}/versions", FunctionsJson.Default.IReadOnlyListFunctionVersion, cancellation);

    public Task RemoveAsync(string name, CancellationToken cancellation) =>
        _calls.SendAsync(new HttpRequestMessage(HttpMethod.Delete, Named(name)), cancellation);

    public Task RemoveVersionAsync(string name, int version, CancellationToken cancellation) =>
        _calls.SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"{Named(name)}/versions/{version}"), cancellation);

    public Task<Function> RollbackAsync(string name, int? version, CancellationToken cancellation) =>
        _calls.PostAsync($"{Named(name)}/rollback{new QueryText().Add("version", version?.ToString())}", FunctionsJson.Default.Function, cancellation);

    public Task<Function> SetAliasAsync(string name, FunctionAlias alias, CancellationToken cancellation) => _calls.SendAsync(
        Json(HttpMethod.Put, Alias(name, alias.Name), JsonSerializer.SerializeToUtf8Bytes(alias, FunctionsJson.Default.FunctionAlias)),
        FunctionsJson.Default.Function, cancellation);

    public Task<Function> RemoveAliasAsync(string name, string alias, CancellationToken cancellation) =>
        _calls.SendAsync(new HttpRequestMessage(HttpMethod.Delete, Alias(name, alias)), FunctionsJson.Default.Function, cancellation);

    public Task<FunctionStats> StatsAsync(string name, CancellationToken cancellation) =>
        _calls.GetAsync($"{Named(name)}/stats", FunctionsJson.Default.FunctionStats, cancellation);

    public async Task<CallOutput> CallAsync(string reference, CallInput input, CancellationToken cancellation)
    {
        using var response = await _calls.RawAsync(Called(reference, input, ""), Patient, cancellation).ConfigureAwait(false);
        var body = await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
        var status = (int)response.StatusCode;
        // Without a record there was no call: it was refused.
        if (!response.Headers.TryGetValues("Glovebox-Call", out var ids)) throw Refusals.Of(response.StatusCode, body);
        var said = response.Headers.TryGetValues("Glovebox-Status", out var words) ? WireWords.Find<CallStatus>(words.First()) : null;
        var ended = said ?? CallStatus.Done;
        var media = response.Content.Headers.ContentType?.ToString() ?? "application/octet-stream";
        return new CallOutput(ids.First(), ended, status, media, body, ended == CallStatus.Done ? null : Refusals.Of(response.StatusCode, body).Message);
    }

    public Task<Call> SubmitAsync(string reference, CallInput input, CancellationToken cancellation)
    {
        var request = Called(reference, input, "?async=true");
        if (input.Callback is { } url) request.Headers.TryAddWithoutValidation("Glovebox-Callback", url);
        return _calls.SendAsync(request, FunctionsJson.Default.Call, cancellation);
    }

    public Task<Page<Call>> ListCallsAsync(CallFilter filter, CancellationToken cancellation)
    {
        var query = new QueryText().Add("function", filter.Function).Add("status", filter.Status is { } status ? WireWords.Of(status) : null)
            .Page(filter.Cursor, filter.Limit);
        return _calls.GetAsync($"v1/calls{query}", FunctionsJson.Default.PageCall, cancellation);
    }

    public Task<Call> ShowCallAsync(string id, CancellationToken cancellation) =>
        _calls.GetAsync($"v1/calls/{ServerCalls.Part("call", id)}", FunctionsJson.Default.Call, cancellation);

    public Task<Call> CancelCallAsync(string id, CancellationToken cancellation) =>
        _calls.PostAsync($"v1/calls/{ServerCalls.Part("call", id)}/cancel", FunctionsJson.Default.Call, cancellation);

    public void Dispose() => _calls.Dispose();

    private static HttpRequestMessage Called(string reference, CallInput input, string query)
    {
        var content = new ReadOnlyMemoryContent(input.Body);
        if (MediaTypeHeaderValue.TryParse(input.ContentType, out var media)) content.Headers.ContentType = media;
        return new HttpRequestMessage(HttpMethod.Post, $"v1/functions/{ServerCalls.Part("function", reference)}/call{query}") { Content = content };
    }

    private static HttpRequestMessage Json(HttpMethod method, string path, byte[] json) => new(method, path) { Content = ServerCalls.Json(json) };

    private static string Runtime(string name) => $"v1/runtimes/{ServerCalls.Part("runtime", name)}";
    private static string Named(string name) => $"v1/functions/{ServerCalls.Part("function", name)}";
    private static string Alias(string name, string alias) => $"{Named(name)}/aliases/{ServerCalls.Part("alias", alias)}";
}
