using System.Collections.Concurrent;
using Glovebox.Access;
using Glovebox.Api;
using Glovebox.Api.Access;

namespace Glovebox.Tests.Access;

public sealed class TokensFeatureTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    private readonly TokensOfTest _store = new();
    private readonly TokensFeature _tokens;

    public TokensFeatureTests() => _tokens = new TokensFeature(_store, new FakeClock());

    [Fact]
    public async Task A_token_is_shown_once_and_known_by_its_hash()
    {
        var created = await _tokens.CreateAsync("ci", TokenRole.Operator, None);
        Assert.Matches("^gb_[A-Za-z0-9_-]{43}$", created.Token);
        Assert.DoesNotContain(_store.All, stored => stored.ToString().Contains(created.Token[3..]));
        Assert.Equal(created.Summary, await _tokens.VerifyAsync(created.Token, None));
        Assert.Equal(("ci", TokenRole.Operator), (created.Summary.Name, created.Summary.Role));
        Assert.Equal([created.Summary], await _tokens.ListAsync(None));
    }

    [Fact]
    public async Task What_is_not_a_token_is_nobodys()
    {
        var token = (await _tokens.CreateAsync(null, TokenRole.Reader, None)).Token;
        foreach (var wrong in new[] { "", "gb_", token[..^1], token + "x", token[3..], token.ToUpperInvariant(), new string('x', 1 << 20), "gb_" + new string('A', 43) })
            Assert.Null(await _tokens.VerifyAsync(wrong, None));
    }

    [Fact]
    public async Task A_removed_token_is_nobodys()
    {
        var created = await _tokens.CreateAsync("ci", TokenRole.Admin, None);
        await _tokens.RemoveAsync("ci", None);
        Assert.Null(await _tokens.VerifyAsync(created.Token, None));
        Assert.Equal(RefusalKind.NotFound, (await Assert.ThrowsAsync<RefusalException>(() => _tokens.RemoveAsync("ci", None))).Kind);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("ü")]
    public async Task A_wrong_name_is_refused(string name) =>
        Assert.Equal(RefusalKind.Bad, (await Assert.ThrowsAsync<RefusalException>(() => _tokens.CreateAsync(name, TokenRole.Admin, None))).Kind);

    [Fact]
    public async Task A_name_is_given_once()
    {
        await _tokens.CreateAsync("ci", TokenRole.Admin, None);
        Assert.Equal(RefusalKind.Conflict, (await Assert.ThrowsAsync<RefusalException>(() => _tokens.CreateAsync("ci", TokenRole.Admin, None))).Kind);
    }

    [Fact]
    public async Task Tokens_without_a_name_get_one_each()
    {
        var names = new HashSet<string>();
        for (var i = 0; i < 20; i++) Assert.True(names.Add((await _tokens.CreateAsync(null, TokenRole.Reader, None)).Summary.Name));
    }

    private sealed class TokensOfTest : ITokens
    {
        private readonly ConcurrentDictionary<string, StoredToken> _tokens = new();

        public IEnumerable<StoredToken> All => _tokens.Values;

        public Task AddAsync(StoredToken token, CancellationToken cancellation) => Task.FromResult(_tokens.TryAdd(token.Hash, token));

        public Task<StoredToken?> FindAsync(string hash, CancellationToken cancellation) => Task.FromResult(_tokens.GetValueOrDefault(hash));

        public Task<IReadOnlyList<StoredToken>> ListAsync(CancellationToken cancellation) =>
            Task.FromResult<IReadOnlyList<StoredToken>>([.. _tokens.Values.OrderBy(token => token.Name)]);

        public Task<bool> RemoveAsync(string nameOrId, CancellationToken cancellation) =>
            Task.FromResult(_tokens.Values.FirstOrDefault(token => token.Name == nameOrId || token.Id == nameOrId) is { } found && _tokens.TryRemove(found.Hash, out _));
    }
}
