using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Cli.Serve;

namespace Glovebox.Cli.Tests;

internal sealed class FakeServe : IServe
{
    public ServeRequest? Request { get; private set; }

    public Task RunAsync(ServeRequest request, Action<string> tell, Action<IReadOnlyList<string>> listening, CancellationToken cancellation)
    {
        Request = request;
        listening(["http://127.0.0.1:4567"]);
        return Task.CompletedTask;
    }
}

internal sealed class FakeTokens : ITokenAccess
{
    private static readonly DateTimeOffset Then = new(2026, 3, 1, 10, 0, 0, TimeSpan.Zero);

    public List<TokenSummary> Tokens { get; } = [];

    public Task<CreatedToken> CreateAsync(string? name, TokenRole role, CancellationToken cancellation)
    {
        var summary = new TokenSummary("t1", name ?? "made-up", role, Then);
        Tokens.Add(summary);
        return Task.FromResult(new CreatedToken("gb_text", summary));
    }

    public Task<IReadOnlyList<TokenSummary>> ListAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<TokenSummary>>(Tokens);

    public Task RemoveAsync(string nameOrId, CancellationToken cancellation) =>
        Tokens.RemoveAll(token => token.Name == nameOrId) > 0 ? Task.CompletedTask : throw RefusalException.NotFound($"no token '{nameOrId}'");

    public Task<TokenSummary?> VerifyAsync(string token, CancellationToken cancellation) => Task.FromResult<TokenSummary?>(null);
}
