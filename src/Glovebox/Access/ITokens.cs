namespace Glovebox.Access;

/// <summary>Who may use a server. Only hashes are kept.</summary>
public interface ITokens
{
    Task AddAsync(StoredToken token, CancellationToken cancellation);

    /// <summary>Null when there is none.</summary>
    Task<StoredToken?> FindAsync(string hash, CancellationToken cancellation);

    /// <summary>By name.</summary>
    Task<IReadOnlyList<StoredToken>> ListAsync(CancellationToken cancellation);

    /// <summary>By its name or id. False when it was not there.</summary>
    Task<bool> RemoveAsync(string nameOrId, CancellationToken cancellation);
}

/// <summary>A token without itself.</summary>
/// <param name="Hash">SHA-256 of the token's text, in lower-case hexadecimal.</param>
/// <param name="Role"><c>admin</c>, <c>operator</c> or <c>reader</c>.</param>
public sealed record StoredToken(string Id, string Name, string Role, string Hash, DateTimeOffset CreatedAt);
