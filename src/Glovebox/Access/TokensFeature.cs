using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Spelling;

namespace Glovebox.Access;

/// <summary>Tokens: 256 random bits each, shown once, kept as their SHA-256. So many bits need no slow hash.</summary>
public sealed class TokensFeature(ITokens tokens, TimeProvider time) : ITokenAccess
{
    private const string Prefix = "gb_";
    private const int Bytes = 32;
    private const int LongestName = 64;
    private const int LongestToken = 200;

    public async Task<CreatedToken> CreateAsync(string? name, TokenRole role, CancellationToken cancellation)
    {
        if (!Enum.IsDefined(role)) throw RefusalException.Bad("role: give admin, operator or reader");
        if (name is not null) CheckName(name);
        var now = time.GetUtcNow();
        var id = Guid.CreateVersion7(now).ToString();
        name ??= $"{Word(role)}-{id[^6..]}";
        if ((await tokens.ListAsync(cancellation)).Any(token => token.Name == name))
            throw RefusalException.Conflict($"a token is named '{name}' already; give another name, or remove that one");
        var text = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(Bytes));
        var stored = new StoredToken(id, name, Word(role), HashOf(text), now);
        await tokens.AddAsync(stored, cancellation);
        return new CreatedToken(text, Summary(stored));
    }

    public async Task<IReadOnlyList<TokenSummary>> ListAsync(CancellationToken cancellation) => [.. (await tokens.ListAsync(cancellation)).Select(Summary)];

    public async Task RemoveAsync(string nameOrId, CancellationToken cancellation)
    {
        if (await tokens.RemoveAsync(nameOrId, cancellation)) return;
        var names = (await tokens.ListAsync(cancellation)).Select(token => token.Name);
        throw RefusalException.NotFound($"no token '{nameOrId}'{Nearest.Hint(nameOrId, names)}");
    }

    public async Task<TokenSummary?> VerifyAsync(string token, CancellationToken cancellation)
    {
        if (token.Length > LongestToken || !token.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        // The look-up is by a hash, of which whoever guesses knows nothing; the comparison is in constant time all the same.
        var hash = HashOf(token);
        return await tokens.FindAsync(hash, cancellation) is { } found
            && CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(hash), Encoding.ASCII.GetBytes(found.Hash))
            ? Summary(found)
            : null;
    }

    private static void CheckName(string name)
    {
        if (name.Length is 0 or > LongestName || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-'))
            throw RefusalException.Bad($"name: give 1 to {LongestName} letters, digits, '.', '_' or '-'");
    }

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static string Word(TokenRole role) => role.ToString().ToLowerInvariant();

    private static TokenSummary Summary(StoredToken token) => new(token.Id, token.Name, Enum.Parse<TokenRole>(token.Role, ignoreCase: true), token.CreatedAt);
}
