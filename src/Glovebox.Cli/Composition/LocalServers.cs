using System.Buffers.Text;
using System.Security.Cryptography;
using Glovebox.Api.Access;
using Glovebox.Cli.Serve;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Cli.Composition;

/// <summary>
/// How verbs find the server of their home: it holds a lock as long as it lives, and its file, readable to the owner alone, says where it listens
/// and with which token.
/// </summary>
internal static class LocalServers
{
    public static string NewToken() => "gb_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>Null when another server has the home.</summary>
    public static FileLock? Claim(GloveboxHome home)
    {
        Directory.CreateDirectory(home.Locks);
        return FileLock.TryAcquire(LockOf(home));
    }

    public static void Announce(GloveboxHome home, LocalServer server) =>
        AtomicFile.Write(FileOf(home), $"{server.Url}\n{server.Token}\n", AtomicFile.OwnerAlone);

    /// <summary>Null when there is none, or it is still about to start.</summary>
    public static LocalServer? Find(GloveboxHome home)
    {
        if (!File.Exists(FileOf(home))) return null;
        using (var free = FileLock.TryAcquire(LockOf(home)))
            if (free is not null) return null;
        return File.ReadAllLines(FileOf(home)) is [var url, var token] ? new LocalServer(new Uri(url), token) : null;
    }

    private static string LockOf(GloveboxHome home) => Path.Combine(home.Locks, "serve");

    private static string FileOf(GloveboxHome home) => Path.Combine(home.Root, "serve.address");
}

/// <summary>The tokens of a store, and beside them the one that the server's own home has.</summary>
internal sealed class HomeAccess(ITokenAccess tokens, string own, TimeProvider time) : ITokenAccess
{
    private readonly TokenSummary _own = new(TokenSummary.Home, "home", TokenRole.Admin, time.GetUtcNow());

    public Task<CreatedToken> CreateAsync(string? name, TokenRole role, CancellationToken cancellation) => tokens.CreateAsync(name, role, cancellation);

    public Task<IReadOnlyList<TokenSummary>> ListAsync(CancellationToken cancellation) => tokens.ListAsync(cancellation);

    public Task RemoveAsync(string nameOrId, CancellationToken cancellation) => tokens.RemoveAsync(nameOrId, cancellation);

    public async Task<TokenSummary?> VerifyAsync(string token, CancellationToken cancellation) =>
        CryptographicOperations.FixedTimeEquals(System.Text.Encoding.UTF8.GetBytes(token), System.Text.Encoding.UTF8.GetBytes(own))
            ? _own
            : await tokens.VerifyAsync(token, cancellation);
}
