using System.Net;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Jobs.Remote;
using Glovebox.Functions;
using Glovebox.Server.Access;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Functions;

/// <summary>Calls of code that is in another node's home: passed on to that node, with the caller's own token, and its answer passed back.</summary>
internal sealed class CallPassing(ServerParts parts)
{
    /// <summary>Its connections are kept.</summary>
    private static readonly HttpMessageInvoker Client = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false, UseCookies = false, UseProxy = false, AutomaticDecompression = DecompressionMethods.None, ActivityHeadersPropagator = null,
    });

    /// <returns>False: it is for this node, or nobody is there to pass it to.</returns>
    public async Task<bool> TryAsync(HttpContext http, CallPlace place)
    {
        // What another node has passed on goes no further.
        if (place.Machine is not { } machine || http.Request.Headers.ContainsKey(JobsClient.MachineHeader)) return false;
        if (parts.NodeOf?.Invoke(machine) is not { Url: { } url }) return false;
        if (Gate.HolderOf(http)?.Id == TokenSummary.Home && (await parts.Tokens.ListAsync(http.RequestAborted)).Count > 0)
            throw RefusalException.Bad(
                $"the code of {place.Reference} is on the node at {url}, which does not know the token of this home: ask with one of the store's (--server URL and GLOVEBOX_TOKEN)");
        using var request = Request(http.Request, url, place);
        request.Headers.TryAddWithoutValidation(JobsClient.MachineHeader, machine);
        try
        {
            using var response = await Client.SendAsync(request, http.RequestAborted);
            await AnswerAsync(http, response);
        }
        catch (HttpRequestException failure) when (!http.Response.HasStarted)
        {
            throw RefusalException.Unable($"the code of {place.Reference} is on the node at {url}, which does not answer: {failure.Message}");
        }

        return true;
    }

    private static HttpRequestMessage Request(HttpRequest from, string url, CallPlace place)
    {
        var behind = from.RouteValues["path"] is string path ? $"/{Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal)}" : "";
        var to = new HttpRequestMessage(new HttpMethod(from.Method), $"{url.TrimEnd('/')}/v1/functions/{place.Reference}/call{behind}{from.QueryString}");
        if (from.ContentLength > 0 || from.Headers.ContainsKey("Transfer-Encoding")) to.Content = new StreamContent(from.Body);
        foreach (var (name, value) in from.Headers)
            if (!HopByHop.Has(name) && name != "Host" && !to.Headers.TryAddWithoutValidation(name, value.ToArray())) to.Content?.Headers.TryAddWithoutValidation(name, value.ToArray());
        return to;
    }

    private static async Task AnswerAsync(HttpContext http, HttpResponseMessage from)
    {
        http.Response.StatusCode = (int)from.StatusCode;
        foreach (var (name, values) in from.Headers.Concat(from.Content.Headers))
            if (!HopByHop.Has(name) || name == "Content-Length") http.Response.Headers[name] = values.ToArray();
        await using var body = await from.Content.ReadAsStreamAsync(http.RequestAborted);
        var piece = new byte[64 * 1024];
        while (await body.ReadAsync(piece, http.RequestAborted) is > 0 and var read)
        {
            await http.Response.Body.WriteAsync(piece.AsMemory(0, read), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }
}
