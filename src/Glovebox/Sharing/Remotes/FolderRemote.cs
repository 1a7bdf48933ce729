using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Files;

namespace Glovebox.Sharing.Remotes;

/// <summary>Remotes in a folder of this machine, or of a share that is mounted on it.</summary>
public sealed class FolderRemotes : IRemoteKind
{
    /// <inheritdoc/>
    public string Scheme => "file";

    /// <inheritdoc/>
    public IRemote Open(Uri url) => url is { IsFile: true, IsUnc: false }
        ? new FolderRemote(url.LocalPath)
        : throw RefusalException.Bad($"'{url}' names no folder: write file:///PATH, or the path alone");
}

/// <summary>A remote in a folder, in the form of <see cref="RemoteLayout"/>.</summary>
internal sealed class FolderRemote(string folder) : IRemote
{
    private const int BufferSize = 128 * 1024;

    public string Name => folder;

    public int Lanes => Math.Clamp(Environment.ProcessorCount, 2, 8);

    public Task PrepareAsync(CancellationToken cancellation)
    {
        var mark = PathOf(RemoteLayout.Mark);
        return Task.FromResult(Guarded(() =>
        {
            // Looked at before the mark is: another push may be making the remote at this moment.
            var isStrange = Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any(entry => IsStrange(Path.GetFileName(entry)));
            if (File.Exists(mark)) return CheckMark(mark);
            // A share that is not mounted must not be taken for an empty one: its mount point's parent is not made either.
            if (!Directory.Exists(folder)) Directory.CreateDirectory(ParentOrRefuse());
            else if (isStrange) throw RefusalException.Conflict($"{folder} is not empty and no remote of Glovebox's: name an empty or a new folder");
            AtomicFile.Write(mark, RemoteLayout.MarkText, durable: true);
            return true;
        }));
    }

    /// <summary>Not what a push leaves that was cut off before the mark was there.</summary>
    private static bool IsStrange(string name) => name is not RemoteLayout.Incoming && !AtomicFile.IsTemporary(name);

    public Task<IReadOnlySet<BlobId>> MissingAsync(IReadOnlyCollection<BlobId> ids, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlySet<BlobId>>(Guarded(() => ids.Where(id => !File.Exists(PathOf(RemoteLayout.PathOf(id)))).ToHashSet()));

    public Task<Stream> OpenAsync(BlobId id, long from, CancellationToken cancellation) => Task.FromResult(Guarded<Stream>(() =>
    {
        try
        {
            var stream = new FileStream(PathOf(RemoteLayout.PathOf(id)), FileMode.Open, FileAccess.Read, FileShare.Read, BufferSize);
            stream.Position = Math.Min(from, stream.Length);
            return stream;
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MissingPieceException(id);
        }
    }));

    public async Task PutAsync(BlobId id, long size, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation)
    {
        var incoming = Guarded(() => Path.Combine(Made(RemoteLayout.Incoming), Guid.NewGuid().ToString("N")));
        try
        {
            var file = Guarded(() => new FileStream(incoming, FileMode.CreateNew, FileAccess.Write, FileShare.None, BufferSize));
            await using (file)
            {
                using var verifying = new VerifyingStream(file, id, size);
                await write(verifying, cancellation);
                verifying.Check();
                await file.FlushAsync(cancellation);
            }
            Guarded(() =>
            {
                var place = PathOf(RemoteLayout.PathOf(id));
                Directory.CreateDirectory(Path.GetDirectoryName(place)!);
                File.SetUnixFileMode(incoming, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
                File.Move(incoming, place, overwrite: true);
                return true;
            });
        }
        catch (Exception failure) when (IsOfDisk(failure))
        {
            throw Refusal(failure);
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    public Task<IReadOnlyList<string>> ListAsync(RecordKind kind, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<string>>(Guarded(() =>
        {
            if (!Directory.Exists(folder)) throw RefusalException.NotFound($"no folder {folder}: is the share mounted?");
            var mark = PathOf(RemoteLayout.Mark);
            if (!File.Exists(mark)) throw RefusalException.Bad($"{folder} is no remote of Glovebox's: nothing was pushed to it yet");
            CheckMark(mark);
            var records = PathOf(RecordName.Word(kind));
            return Directory.Exists(records)
                ? Directory.EnumerateFiles(records).Select(path => RemoteLayout.IdOf(Path.GetFileName(path))).OfType<string>().ToList()
                : [];
        }));

    public Task<byte[]?> FindAsync(RecordName name, CancellationToken cancellation) => Task.FromResult(Guarded(() =>
    {
        var path = PathOf(RemoteLayout.PathOf(name));
        return File.Exists(path) ? File.ReadAllBytes(path) : null;
    }));

    public Task PutAsync(RecordName name, byte[] bytes, IReadOnlyCollection<Held> holds, CancellationToken cancellation)
    {
        Guarded(() =>
        {
            var path = PathOf(RemoteLayout.PathOf(name));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, bytes, durable: true);
            return true;
        });
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string PathOf(string relative) => Path.Combine(folder, relative);

    private string Made(string relative) => Directory.CreateDirectory(PathOf(relative)).FullName;

    private string ParentOrRefuse()
    {
        var parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(folder));
        return Directory.Exists(parent) ? folder : throw RefusalException.NotFound($"no folder {parent} to make {folder} in: is the share mounted?");
    }

    private static bool CheckMark(string mark) => File.ReadAllText(mark) == RemoteLayout.MarkText
        ? true
        : throw RefusalException.Unable($"{mark} names a form that this Glovebox does not know: it was made by a newer one");

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception failure) when (IsOfDisk(failure))
        {
            throw Refusal(failure);
        }
    }

    /// <summary>What is the object's own fault is none of the disk's.</summary>
    private static bool IsOfDisk(Exception failure) => failure is UnauthorizedAccessException
        or IOException and not (MissingPieceException or DamagedPieceException or BlobNotFoundException);

    private RefusalException Refusal(Exception failure) => failure switch
    {
        FileException { IsFull: true } => Full(),
        // ENOSPC and EDQUOT, as .NET hands them on.
        IOException { HResult: 28 or 122 } => Full(),
        _ => RefusalException.Unable($"remote {folder}: {failure.Message}"),
    };

    private RefusalException Full() =>
        RefusalException.Unable($"remote {folder}: its disk is full. Free some space there, and push again: what arrived is kept");
}
