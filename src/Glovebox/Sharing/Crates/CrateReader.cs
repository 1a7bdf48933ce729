using System.Security.Cryptography;
using System.Text;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Blobs;
using Glovebox.Images.Archives;
using Glovebox.Images.Tar;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Sharing.Crates;

/// <summary>An exported file as a source of objects. It is gone through once, every digest checked, before anything of it is believed.</summary>
internal sealed class CrateReader : IPieceSource, IDisposable
{
    private const int LargestRecord = 256 << 20;

    private readonly FileStream _file;
    private readonly Dictionary<BlobId, (long At, long Size)> _objects = [];
    private readonly Dictionary<RecordName, byte[]> _records = [];
    private bool _marked;

    private CrateReader(FileStream file) => _file = file;

    public string Name => Path.GetFileName(_file.Name);

    public int Lanes => 2;

    /// <exception cref="RefusalException">It is not whole, not what its names say, or no exported run.</exception>
    public static async Task<CrateReader> OpenAsync(string path, IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var full = Path.GetFullPath(path);
        if (!File.Exists(full)) throw RefusalException.NotFound(Directory.Exists(full) ? $"{full} is a directory: name a file" : $"no file {full}");
        CrateReader? crate = null;
        try
        {
            crate = new CrateReader(new FileStream(full, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 20));
            // Off the caller's thread: this reads the whole file.
            await Task.Run(() => crate.Check(progress, cancellation), cancellation);
            return crate;
        }
        catch (Exception wrong)
        {
            crate?.Dispose();
            throw wrong switch
            {
                HostileArchiveException => RefusalException.Bad($"{full}: refused whole: {wrong.Message}"),
                TarException => RefusalException.Bad($"{full}: no whole export of Glovebox: {wrong.Message}. Export the run again, or copy the file again"),
                UnauthorizedAccessException => RefusalException.Unable($"{full}: {wrong.Message}"),
                _ => wrong,
            };
        }
    }

    public Task<Stream> OpenAsync(BlobId id, long from, CancellationToken cancellation) => _objects.TryGetValue(id, out var found)
        ? Task.FromResult<Stream>(new PartStream(_file, found.At, found.Size) { Position = Math.Min(from, found.Size) })
        : throw new MissingPieceException(id);

    public bool Has(BlobId id) => _objects.ContainsKey(id);

    public Task<IReadOnlyList<string>> ListAsync(RecordKind kind, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<string>>([.. _records.Keys.Where(name => name.Kind == kind).Select(name => name.Id)]);

    public Task<byte[]?> FindAsync(RecordName name, CancellationToken cancellation) => Task.FromResult(_records.GetValueOrDefault(name));

    public void Dispose() => _file.Dispose();

    private void Check(IProgress<BuildProgress> progress, CancellationToken cancellation)
    {
        var step = $"checking {Name}";
        var reader = new TarReader(_file);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        while (reader.Next() is { } entry)
        {
            cancellation.ThrowIfCancellationRequested();
            var path = ArchivePath.Normalize(entry.Path);
            if (entry.Kind == TarKind.Directory) continue;
            if (entry.Kind != TarKind.File) throw new HostileArchiveException($"'{path}' is neither a file nor a directory");
            if (!seen.Add(path)) throw new HostileArchiveException($"'{path}' is in it twice");
            Take(path, entry.Size, reader);
            progress.Report(new BuildProgress(step, reader.Position, _file.Length));
        }
        if (!_marked) throw new TarException($"it has no {CrateLayout.Mark}");
        if (_records.Count == 0) throw new TarException("there is no record in it");
        progress.Report(new BuildProgress(step, _file.Length, _file.Length, Finished: true));
    }

    private void Take(string path, long size, TarReader reader)
    {
        if (CrateLayout.IdOf(path) is { } id)
        {
            var at = reader.Position;
            if (HashOf(reader) != id) throw new HostileArchiveException($"'{path}' has bytes of another digest");
            _objects[id] = (at, size);
        }
        else if (path == CrateLayout.Mark)
        {
            if (Encoding.UTF8.GetString(Read(path, size, reader)) != CrateLayout.MarkText) throw new TarException("it was written by a newer Glovebox");
            _marked = true;
        }
        else if (RecordOf(path) is { } name) _records[name] = Read(path, size, reader);
    }

    private static RecordName? RecordOf(string path)
    {
        foreach (var kind in Enum.GetValues<RecordKind>())
        {
            var front = RecordName.Word(kind) + "/";
            if (path.StartsWith(front, StringComparison.Ordinal) && RemoteLayout.IdOf(path[front.Length..]) is { } id) return new RecordName(kind, id);
        }
        return null;
    }

    private static BlobId HashOf(TarReader reader)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        while (reader.Read(buffer) is var count and > 0) hash.AppendData(buffer, 0, count);
        return BlobId.Of(hash.GetHashAndReset());
    }

    private static byte[] Read(string path, long size, TarReader reader)
    {
        if (size > LargestRecord) throw new HostileArchiveException($"'{path}' is {size} bytes long");
        var bytes = new byte[size];
        for (var at = 0; at < bytes.Length;) at += reader.Read(bytes.AsSpan(at));
        return bytes;
    }
}
