using System.Collections.Concurrent;
using Glovebox.Api.Access;

namespace Glovebox.Server.Access;

/// <summary>What the token store said lately, so that not every request asks it. A removed token works for up to five seconds more.</summary>
internal sealed class TokenMemory(ITokenAccess tokens, TimeProvider clock)
{
    private const int Most = 1000;
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, (TokenSummary Holder, long At)> _known = new(StringComparer.Ordinal);
    private (bool Any, long At)? _any;

    /// <summary>Whether there is a token at all: from then on each request needs one.</summary>
    public async Task<bool> AnyAsync(CancellationToken cancellation)
    {
        if (_any is { } known && (known.Any || clock.GetElapsedTime(known.At) < Fresh)) return known.Any;
        var any = (await tokens.ListAsync(cancellation)).Count > 0;
        _any = (any, clock.GetTimestamp());
        return any;
    }

    public async Task<TokenSummary?> VerifyAsync(string token, CancellationToken cancellation)
    {
        if (_known.TryGetValue(token, out var known) && clock.GetElapsedTime(known.At) < Fresh) return known.Holder;
        var holder = await tokens.VerifyAsync(token, cancellation);
        if (_known.Count >= Most) _known.Clear();
        if (holder is null) _known.TryRemove(token, out _);
        else _known[token] = (holder, clock.GetTimestamp());
        return holder;
    }
}
