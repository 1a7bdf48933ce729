using Glovebox.Access;
using Glovebox.Api;

namespace Glovebox.Tests.Conformance.Stores;

/// <summary>What every <see cref="ITokens"/> does.</summary>
public abstract class TokensSuite(StoreSite site) : JobSuite(site)
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [Fact]
    public async Task A_token_is_found_by_its_hash_and_removed_by_its_name_or_id()
    {
        var (one, two) = (new StoredToken("1", "o'ne %", "admin", "aa", At), new StoredToken("2", "another", "reader", "bb", At));
        await Stores.Tokens.AddAsync(one, None);
        await Stores.Tokens.AddAsync(two, None);

        Assert.Equal(one, await Stores.Tokens.FindAsync("aa", None));
        Assert.Null(await Stores.Tokens.FindAsync("AA", None));
        Assert.Equal([two, one], await Stores.Tokens.ListAsync(None));
        Assert.True(await Stores.Tokens.RemoveAsync("o'ne %", None));
        Assert.True(await Stores.Tokens.RemoveAsync("2", None));
        Assert.False(await Stores.Tokens.RemoveAsync("2", None));
        Assert.Empty(await Stores.Tokens.ListAsync(None));
    }

    [Fact]
    public async Task A_name_is_taken_once()
    {
        await Stores.Tokens.AddAsync(new StoredToken("1", "one", "admin", "aa", At), None);

        var refusal = await Assert.ThrowsAsync<RefusalException>(() => Stores.Tokens.AddAsync(new StoredToken("2", "one", "admin", "bb", At), None));

        Assert.Equal(RefusalKind.Conflict, refusal.Kind);
    }
}
