using System.Net;
using System.Text;
using Glovebox.Api.Access;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Access;

/// <summary>
/// Lets a request through or not. No web page of another origin is ever let through. Without tokens (loopback only) the request must have come
/// to a loopback name with our port, so that a name of somebody else's that leads to 127.0.0.1 reaches nothing; with tokens it needs one.
/// </summary>
internal sealed class Gate(ITokenAccess tokens, bool loopback, TimeProvider clock)
{
    private readonly TokenMemory _memory = new(tokens, clock);

    /// <summary>Whose token the request came with; null when it needed none.</summary>
    public static TokenSummary? HolderOf(HttpContext http) => http.Items[typeof(TokenSummary)] as TokenSummary;

    public async Task CheckAsync(HttpContext http, RequestDelegate next)
    {
        RefuseOtherOrigins(http.Request);
        if (http.GetEndpoint()?.Metadata.GetMetadata<Needs>() is { Role: null }) await next(http);
        else
        {
            await RequireRoleAsync(http);
            await next(http);
        }
    }

    private async Task RequireRoleAsync(HttpContext http)
    {
        if (await _memory.AnyAsync(http.RequestAborted) || !loopback)
        {
            var holder = await HolderAsync(http);
            http.Items[typeof(TokenSummary)] = holder;
            // A route that does not exist is said to be so to whoever may read.
            var needed = http.GetEndpoint()?.Metadata.GetMetadata<Needs>()?.Role ?? TokenRole.Reader;
            if (holder.Role < needed)
                throw new DenialException(403, $"token '{holder.Name}' is a {Word(holder.Role)}'s: this takes {Article(needed)} {Word(needed)}'s");
        }
        else
        {
            RefuseOtherHosts(http);
        }
    }

    private async Task<TokenSummary> HolderAsync(HttpContext http)
    {
        if (TokenOf(http.Request) is not { } token)
            throw new DenialException(401, "this server asks for a token: send 'Authorization: Bearer TOKEN' (or Basic, with the token as the password)");
        return await _memory.VerifyAsync(token, http.RequestAborted)
            ?? throw new DenialException(401, "no such token: it was mistyped or removed. Make one with: glovebox token create --role operator");
    }

    /// <summary>Bearer, and Basic for clients that know nothing else: its password is the token.</summary>
    internal static string? TokenOf(HttpRequest request)
    {
        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase)) return header[7..].Trim();
        if (!header.StartsWith("Basic ", StringComparison.OrdinalIgnoreCase)) return null;
        var encoded = header[6..].Trim();
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length)) return null;
        var pair = Encoding.UTF8.GetString(bytes, 0, length);
        var colon = pair.IndexOf(':');
        return colon < 0 ? null : pair[(colon + 1)..];
    }

    /// <summary>Browsers name the page that asks; programs do not.</summary>
    private static void RefuseOtherOrigins(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        var own = origin.Length == 0 || origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
        if (own && site is "" or "none" or "same-origin") return;
        throw new DenialException(403, $"a web page of another origin ({(origin.Length > 0 ? origin : site)}) may not use this server");
    }

    private static void RefuseOtherHosts(HttpContext http)
    {
        var host = http.Request.Host;
        var port = host.Port ?? 80;
        if (IsLoopbackName(host.Host) && port == http.Connection.LocalPort) return;
        throw new DenialException(403, $"'Host: {host}' is not this server's: without tokens it answers to loopback names with its port alone");
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static string Word(TokenRole role) => role.ToString().ToLowerInvariant();
    private static string Article(TokenRole role) => role == TokenRole.Reader ? "a" : "an";
}
