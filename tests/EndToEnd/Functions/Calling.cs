using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Functions;

/// <summary>Calls of functions of a server.</summary>
internal static class Calling
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>The result, of a call that must be done.</summary>
    public static async Task<string> CallAsync(this Served served, string reference, string body = "{}")
    {
        using var reply = await served.SendAsync(reference, body);
        var text = await reply.Content.ReadAsStringAsync(Cancellation);
        return reply.IsSuccessStatusCode ? text : throw new InvalidOperationException($"{(int)reply.StatusCode}: {text}\n{served.Said}");
    }

    public static Task<HttpResponseMessage> SendAsync(this Served served, string reference, string body = "{}", CancellationToken? going = null) =>
        served.Http.PostAsync($"/v1/functions/{reference}/call", new StringContent(body, Encoding.UTF8, "application/json"), going ?? Cancellation);

    /// <summary>The call as it is when it was accepted.</summary>
    public static async Task<JsonNode> AcceptAsync(this Served served, string name, string body = "{}", string? callback = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v1/functions/{name}/call?async") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (callback is not null) request.Headers.Add("Glovebox-Callback", callback);
        using var reply = await served.Http.SendAsync(request, Cancellation);
        Assert.Equal(HttpStatusCode.Accepted, reply.StatusCode);
        return JsonNode.Parse(await reply.Content.ReadAsStringAsync(Cancellation))!;
    }

    /// <summary>The record of a call when it has ended.</summary>
    public static async Task<JsonNode> EndAsync(this Served served, string id)
    {
        while (true)
        {
            var call = await served.GetAsync($"/v1/calls/{id}");
            if ((string?)call["status"] is not ("pending" or "running")) return call;
        }
    }

    /// <summary>Waits until the function's stats are so.</summary>
    public static async Task UntilAsync(this Served served, string function, Func<JsonNode, bool> condition)
    {
        while (!condition(await served.GetAsync($"/v1/functions/{function}/stats")))
        {
            // Its instances and its queue change by themselves.
        }
    }
}
