using System.Net;
using Glovebox.Api;

namespace Glovebox.Server.Access;

/// <summary>One of the places where the server listens.</summary>
/// <param name="Addresses">The same port on each.</param>
public sealed record BindAddress(string Url, IReadOnlyList<IPAddress> Addresses, int Port)
{
    public bool IsLoopback => Addresses.All(IPAddress.IsLoopback);

    /// <param name="url"><c>http://HOST:PORT</c>: an address, <c>localhost</c>, or <c>*</c> for every address.</param>
    /// <exception cref="RefusalException">Bad: not of this form.</exception>
    public static BindAddress Parse(string url)
    {
        if (url.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            throw RefusalException.Bad($"--urls '{url}': this server speaks http. Put a proxy with the certificate (nginx, caddy, haproxy) before it");
        var every = url.Replace("//*", "//[::]").Replace("//+", "//[::]");
        if (!Uri.TryCreate(every, UriKind.Absolute, out var uri) || uri.Scheme != "http" || uri.PathAndQuery != "/" || uri.UserInfo.Length > 0)
            throw RefusalException.Bad($"--urls '{url}': give http://ADDRESS:PORT, such as http://127.0.0.1:10000");
        return new BindAddress(url, Resolve(url, uri), uri.Port);
    }

    private static IReadOnlyList<IPAddress> Resolve(string url, Uri uri)
    {
        if (uri.IdnHost == "localhost") return uri.Port == 0 || !System.Net.Sockets.Socket.OSSupportsIPv6 ? [IPAddress.Loopback] : [IPAddress.Loopback, IPAddress.IPv6Loopback];
        if (IPAddress.TryParse(uri.IdnHost.Trim('[', ']'), out var address)) return [address];
        throw RefusalException.Bad($"--urls '{url}': '{uri.IdnHost}' is no address. Give one of this machine's addresses, localhost, or * for all of them");
    }
}
