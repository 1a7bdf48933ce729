using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Jobs;
using Glovebox.Api.Jobs.Remote;
using Glovebox.Server.Access;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Executions;

/// <summary>
/// Logs and outputs are on the machine that wrote them. What is on another one is asked of its node, with the caller's own token: whoever may not
/// read there may not read through here.
/// </summary>
internal sealed class Reach(ServerParts parts)
{
    /// <summary>Where to ask for an execution's files.</summary>
    public async Task<IJobs> OfAsync(HttpContext http, string execution, CancellationToken cancellation)
    {
        if (await ThereAsync(http, execution, cancellation) is not { Url: { } url } node) return parts.Jobs;
        var client = new JobsClient(new Uri(url), Gate.TokenOf(http.Request), parts.Clock, node.Machine);
        http.Response.RegisterForDispose(client);
        return client;
    }

    public bool IsHere(IJobs jobs) => ReferenceEquals(jobs, parts.Jobs);

    /// <summary>Sends the caller there itself, when it asked for that (<c>redirect=true</c>) and the files are elsewhere.</summary>
    /// <returns>False: it is to be answered here.</returns>
    public async Task<bool> RedirectAsync(HttpContext http, string execution)
    {
        if (await ThereAsync(http, execution, http.RequestAborted) is not { Url: { } url }) return false;
        var query = http.Request.Query.Where(pair => pair.Key != "redirect").SelectMany(pair => pair.Value, (pair, value) => KeyValuePair.Create(pair.Key, value));
        http.Response.StatusCode = StatusCodes.Status307TemporaryRedirect;
        http.Response.Headers.Location = url.TrimEnd('/') + http.Request.Path.ToUriComponent() + QueryString.Create(query).ToUriComponent();
        return true;
    }

    /// <summary>A request that was meant for another node: whoever sent it believes in an address that is ours by now.</summary>
    /// <exception cref="RefusalException">NotFound.</exception>
    public static void RefuseStray(HttpContext http, string? machine)
    {
        var meant = http.Request.Headers[JobsClient.MachineHeader].ToString();
        if (meant.Length > 0 && meant != machine)
            throw RefusalException.NotFound($"this is not the machine {meant}: its node announces a URL that leads elsewhere. Give it one with 'glovebox serve --announce URL'");
    }

    private async Task<NodeStatus?> ThereAsync(HttpContext http, string execution, CancellationToken cancellation)
    {
        if (parts.Elsewhere is not { } elsewhere || await elsewhere(execution, cancellation) is not { } node) return null;
        if (Gate.HolderOf(http)?.Id == TokenSummary.Home && (await parts.Tokens.ListAsync(cancellation)).Count > 0)
        {
            throw RefusalException.Bad($"execution {execution} ran on the node at {node.Url}, which does not know the token of this home: ask with one of the "
                + "store's (--server URL and GLOVEBOX_TOKEN)");
        }
        return node;
    }
}
