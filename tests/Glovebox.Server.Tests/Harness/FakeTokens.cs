using Glovebox.Api;
using Glovebox.Api.Access;

namespace Glovebox.Server.Tests.Harness;

/// <summary>Tokens in memory, by their texts.</summary>
internal sealed class FakeTokens : ITokenAccess
{
    private readonly Dictionary<string, TokenSummary> _tokens = [];

    public string Add(TokenRole role)
    {
        var token = $"token-{role}";
        _tokens[token] = new TokenSummary(token, role.ToString(), role, FakeJobs.Now);
        return token;
    }

    public Task<CreatedToken> CreateAsync(string? name, TokenRole role, CancellationToken cancellation)
    {
        var token = Add(role);
        return Task.FromResult(new CreatedToken(token, _tokens[token]));
    }

    public Task<IReadOnlyList<TokenSummary>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<TokenSummary>>([.. _tokens.Values]);

    public Task RemoveAsync(string nameOrId, CancellationToken cancellation) =>
        _tokens.Remove(nameOrId) ? Task.CompletedTask : throw RefusalException.NotFound($"no token '{nameOrId}'");

    public Task<TokenSummary?> VerifyAsync(string token, CancellationToken cancellation) => Task.FromResult(_tokens.GetValueOrDefault(token));
}
