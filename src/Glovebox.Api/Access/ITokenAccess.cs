namespace Glovebox.Api.Access;

/// <summary>Who may use a server: tokens, each with a role. A token's text is shown once; only its hash is kept.</summary>
public interface ITokenAccess
{
    /// <summary>Makes a token.</summary>
    /// <param name="name">1 to 64 of letters, digits and <c>. _ -</c>; null for a made-up one.</param>
    /// <exception cref="RefusalException">Bad: no name or role of ours. Conflict: the name is taken.</exception>
    Task<CreatedToken> CreateAsync(string? name, TokenRole role, CancellationToken cancellation);

    /// <summary>By name.</summary>
    Task<IReadOnlyList<TokenSummary>> ListAsync(CancellationToken cancellation);

    /// <param name="nameOrId">Its name or id.</param>
    /// <exception cref="RefusalException">NotFound.</exception>
    Task RemoveAsync(string nameOrId, CancellationToken cancellation);

    /// <summary>Whose token this is; null when it is nobody's.</summary>
    /// <param name="token">The text as its holder gives it.</param>
    Task<TokenSummary?> VerifyAsync(string token, CancellationToken cancellation);
}
