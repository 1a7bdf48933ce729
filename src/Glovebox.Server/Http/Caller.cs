using System.Net;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Http;

/// <summary>Who asks.</summary>
internal static class Caller
{
    /// <summary>The client's address. A proxy on this machine is believed what it says of its own client; nobody else is.</summary>
    public static string? Address(HttpContext http)
    {
        var peer = http.Connection.RemoteIpAddress;
        if (peer is null || !IPAddress.IsLoopback(peer)) return peer?.ToString();
        var headers = http.Request.Headers;
        var said = headers["X-Real-Ip"].ToString() is { Length: > 0 } real ? real : headers["X-Forwarded-For"].ToString().Split(',')[0].Trim();
        return IPAddress.TryParse(said, out var client) ? client.ToString() : peer.ToString();
    }
}
