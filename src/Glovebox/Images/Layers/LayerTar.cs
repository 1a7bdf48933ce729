using System.Security.Cryptography;
using Glovebox.Files;
using Glovebox.Images.Tar;

namespace Glovebox.Images.Layers;

/// <summary>Writes a stored layer as the tar that its digest is of, checking every file's bytes on the way.</summary>
internal static class LayerTar
{
    /// <exception cref="Api.RefusalException">The layer is not what its name says; names the first file that differs.</exception>
    public static void Write(LayerStore store, Digest layer, Stream output, Action<long> progress, CancellationToken cancellation)
    {
        var index = store.Index(layer);
        using var digest = new DigestStream(output);
        var tar = new TarWriter(digest);
        using (var root = OpenRoot(store, layer))
        {
            foreach (var entry in index.Entries)
            {
                cancellation.ThrowIfCancellationRequested();
                tar.Header(entry.InTar());
                if (entry.Opaque) tar.Header(entry.OpaqueMark());
                if (entry.Kind != LayerEntryKind.File) continue;
                if (!TryWriteContent(root, entry, tar)) throw store.Corrupt(layer, $"the content of /{entry.Path} has changed");
                progress(digest.Length);
            }
        }
        tar.End();
        if (digest.Finish() != layer) throw store.Corrupt(layer, "its index has changed");
    }

    private static Folder OpenRoot(LayerStore store, Digest layer)
    {
        try
        {
            return Folder.Open(store.FsOf(layer));
        }
        catch (FileException failure)
        {
            throw store.Corrupt(layer, failure.Message);
        }
    }

    private static bool TryWriteContent(Folder root, LayerEntry entry, TarWriter tar)
    {
        var name = Name.Split(PathBytes.FromText(entry.Path), out var parentPath);
        using var parent = root.TryOpenFolder(parentPath, out _);
        using var file = parent?.TryOpenFile(name, out _);
        if (file is null || FileContent.Stat(file, entry.Path).Size != entry.Size) return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Span<byte> buffer = GC.AllocateUninitializedArray<byte>((int)Math.Min(256 * 1024, Math.Max(1, entry.Size)));
        for (var left = entry.Size; left > 0;)
        {
            var read = FileContent.Fill(file, buffer[..(int)Math.Min(left, buffer.Length)], entry.Path);
            if (read == 0) return false;
            hash.AppendData(buffer[..read]);
            tar.Content(buffer[..read]);
            left -= read;
        }
        tar.EndContent(entry.Size);
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == entry.Content;
    }
}
