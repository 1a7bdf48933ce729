using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Functions;

namespace Glovebox.Server.Tests.Harness;

/// <summary>A real server on a free port of this machine, before a queue in memory.</summary>
internal sealed class Served : IAsyncDisposable
{
    private readonly GloveboxServer _server;

    private Served(GloveboxServer server, FakeJobs jobs, FakeTokens tokens)
    {
        (_server, Jobs, Tokens) = (server, jobs, tokens);
        Url = new Uri(server.Urls[0]);
        Http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = Url, Timeout = TimeSpan.FromSeconds(60) };
    }

    public FakeJobs Jobs { get; }
    public FakeTokens Tokens { get; }
    public Uri Url { get; }
    public HttpClient Http { get; }

    /// <param name="elsewhere">The server that has every log, for the node of machine <paramref name="of"/>.</param>
    /// <param name="moved">False: they are still here; null for true.</param>
    public static async Task<Served> StartAsync(FakeTokens? tokens = null, string url = "http://127.0.0.1:0", TimeProvider? clock = null, FakeJobs? jobs = null,
        string? machine = null, Uri? elsewhere = null, string of = "", Func<bool>? moved = null, IFunctions? functions = null, FunctionNode? functionNode = null)
    {
        var holders = tokens ?? new FakeTokens();
        jobs ??= new FakeJobs();
        var parts = new ServerParts
        {
            Urls = [url], Jobs = jobs, Tokens = holders, Clock = clock ?? TimeProvider.System, Version = "1.2.3", Machine = machine,
            Functions = functions, FunctionNode = functionNode,
            Elsewhere = elsewhere is null
                ? null
                : (_, _) => Task.FromResult<NodeStatus?>(moved?.Invoke() == false ? null : NodeAt(elsewhere, of)),
            NodeOf = asked => elsewhere is not null && asked == of ? NodeAt(elsewhere, of) : null,
        };
        return new Served(await GloveboxServer.StartAsync(parts, CancellationToken.None), jobs, holders);
    }

    private static NodeStatus NodeAt(Uri url, string machine) => new("n", machine, url.AbsoluteUri, 1, 0, true, false, FakeJobs.Now);

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path);
    public Task<Answer> PostAsync(string path, string? json = null) => SendAsync(HttpMethod.Post, path, json);

    /// <param name="headers">NAME: VALUE.</param>
    public async Task<Answer> SendAsync(HttpMethod method, string path, string? json = null, string media = "application/json", params string[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json));
            if (media.Length > 0) request.Content.Headers.ContentType = new MediaTypeHeaderValue(media);
        }

        foreach (var header in headers) request.Headers.TryAddWithoutValidation(header.Split(": ")[0], header.Split(": ")[1]);
        using var response = await Http.SendAsync(request);
        return new Answer((int)response.StatusCode, response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync(), response.Headers);
    }

    public Task StopAsync() => _server.StopAsync(CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _server.StopAsync(CancellationToken.None);
        await _server.DisposeAsync();
    }
}

internal sealed record Answer(int Status, string? Media, byte[] Bytes, HttpResponseHeaders Headers)
{
    public string Text => Encoding.UTF8.GetString(Bytes);
    public JsonNode Json => JsonNode.Parse(Text)!;

    /// <summary>It is a refusal with problem details; their text.</summary>
    public string Refused(int status)
    {
        Assert.Equal((status, "application/problem+json"), (Status, Media));
        Assert.Equal(status, (int)Json["status"]!);
        return (string)Json["detail"]!;
    }

    public JsonNode Ok(int status = 200)
    {
        Assert.True(Status == status, $"{Status}: {Text}");
        return Json;
    }

    public string? Header(string name) => Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
