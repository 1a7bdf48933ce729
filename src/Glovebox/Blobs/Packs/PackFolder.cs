using Glovebox.Files;

namespace Glovebox.Blobs.Packs;

/// <summary>The packs of a store. Other processes add some and gc replaces some at any time: what is not found is looked for once more.</summary>
internal sealed class PackFolder(BlobFolder store)
{
    private readonly Lock _gate = new();
    private volatile Pack[]? _packs;

    /// <summary>Neighbours of a tree are neighbours in a pack.</summary>
    private volatile Pack? _latest;

    /// <param name="again">Whether to look for packs that others have made meanwhile when none that is known has it.</param>
    /// <returns>The pack that holds the blob, and where in it; null when none does.</returns>
    public Pack? Find(BlobId id, out PackedBlob blob, bool again = true)
    {
        Span<byte> digest = stackalloc byte[32];
        Convert.FromHexString(id.Hex, digest, out _, out _);
        if (_latest is { } latest && latest.Index.TryFind(id, digest, out blob)) return latest;
        var known = _packs;
        var found = Find(known ?? Look(), id, digest, out blob);
        if (found is null && again && known is not null) found = Find(Look(), id, digest, out blob);
        if (found is not null) _latest = found;
        return found;
    }

    /// <summary>
    /// As <see cref="Find(BlobId, out PackedBlob, bool)"/>, of the packs that are on the disk now: what gc has removed may still be open here, and
    /// can be read, but nobody may count on it.
    /// </summary>
    public bool Holds(BlobId id, out PackedBlob blob, bool again = true)
    {
        if (Find(id, out blob, again) is not { } pack) return false;
        return Folder.WholePaths.Exists(pack.PathBytes) || Find(Look(), id, Convert.FromHexString(id.Hex), out blob) is not null;
    }

    /// <summary>All that are there now.</summary>
    public IReadOnlyList<Pack> List() => Look();

    /// <summary>
    /// Frees blobs: packs of nothing else go, others are written anew without them. What dies in between leaves the old pack, or both.
    /// </summary>
    /// <param name="isElsewhere">Whether a blob has a file of its own, and need not be carried on.</param>
    public void Remove(IReadOnlySet<BlobId> blobs, Func<BlobId, bool> isElsewhere, CancellationToken cancellation)
    {
        var concerned = Look().Select(pack => (Pack: pack, Kept: pack.Index.List().Where(blob => !blobs.Contains(blob.Id)).ToList()))
            .Where(one => one.Kept.Count < one.Pack.Index.Count)
            // What frees most for the least room comes first: the disk may be full.
            .OrderBy(one => one.Kept.Sum(blob => (long)blob.Stored));
        foreach (var (pack, kept) in concerned.ToList())
        {
            cancellation.ThrowIfCancellationRequested();
            var others = Look().Where(other => other.Name != pack.Name).ToArray();
            Rewrite(pack, kept.Where(blob => !isElsewhere(blob.Id) && !IsIn(others, blob.Id)));
        }
    }

    private void Rewrite(Pack pack, IEnumerable<PackedBlob> kept)
    {
        PackWriter? writer = null;
        try
        {
            foreach (var blob in kept.OrderBy(blob => blob.Offset))
            {
                writer ??= new PackWriter(store);
                writer.Add(blob.Id, pack.ReadStored(blob), blob.Size, blob.Check);
            }
            writer?.Finish();
        }
        finally
        {
            writer?.Dispose();
        }
        Folder.WholePaths.DeleteFile(pack.PathBytes);
        Look();
    }

    private static bool IsIn(Pack[] packs, BlobId id) => Find(packs, id, Convert.FromHexString(id.Hex), out _) is not null;

    private static Pack? Find(Pack[] packs, BlobId id, ReadOnlySpan<byte> digest, out PackedBlob blob)
    {
        foreach (var pack in packs)
        {
            if (pack.Index.TryFind(id, digest, out blob)) return pack;
        }
        blob = null!;
        return null;
    }

    private Pack[] Look()
    {
        lock (_gate)
        {
            var known = (_packs ?? []).ToDictionary(pack => pack.Name, StringComparer.Ordinal);
            var packs = new List<Pack>();
            foreach (var name in store.PackNames())
            {
                // One that goes between the listing and the opening was replaced by another, which the next look finds.
                if (known.TryGetValue(name, out var pack) || (pack = store.TryOpenPack(name)) is not null) packs.Add(pack);
            }
            if (_packs is not null && packs.Count == _packs.Length && packs.TrueForAll(pack => known.ContainsKey(pack.Name))) return _packs;
            _latest = null;
            return _packs = [.. packs];
        }
    }
}
