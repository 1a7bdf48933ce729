using Glovebox.Api;
using Glovebox.Api.Access;

namespace Glovebox.Server.Access;

/// <summary>Whoever can reach the server can run programs here, so others than this machine may reach it only with a token.</summary>
public static class BindRule
{
    /// <exception cref="RefusalException">Bad: an address that others can reach, and there is no token.</exception>
    public static async Task CheckAsync(IReadOnlyList<BindAddress> addresses, ITokenAccess tokens, CancellationToken cancellation)
    {
        if (addresses.Count == 0) throw RefusalException.Bad("--urls: nothing to listen on. Give http://ADDRESS:PORT");
        if (addresses.FirstOrDefault(address => !address.IsLoopback) is not { } open) return;
        if ((await tokens.ListAsync(cancellation)).Count > 0) return;
        throw RefusalException.Bad(
            $"{open.Url}: others can reach this address, and whoever reaches the server can run programs. Make a token first: glovebox token create --role admin");
    }
}
