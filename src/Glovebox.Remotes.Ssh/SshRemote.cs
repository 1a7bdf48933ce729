using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Sharing.Remotes;

namespace Glovebox.Remotes.Ssh;

/// <summary>A remote in a folder behind ssh, in the form of <see cref="RemoteLayout"/>, over one connection.</summary>
/// <param name="command">ssh with its options and the host.</param>
internal sealed class SshRemote(IReadOnlyList<string> command, string folder, string name) : IRemote
{
    /// <summary>Wishes under way: enough to keep the line full, few enough that neither side's pipe fills up.</summary>
    private const int AtOnce = 200;

    private readonly SemaphoreSlim _turn = new(1);
    private SshSession? _session;
    private bool _make;

    public string Name => name;

    /// <summary>Two, so that one is read from the disk here while the other is on the line.</summary>
    public int Lanes => 2;

    public Task PrepareAsync(CancellationToken cancellation)
    {
        _make = true;
        return AloneAsync(async session =>
        {
            await session.SendAsync($"mark {RemoteLayout.Mark}", cancellation);
            if (await session.AnswerAsync(cancellation) is { } mark) return CheckMark(mark);
            await TakeAsync(session, RemoteLayout.Mark, System.Text.Encoding.ASCII.GetBytes(RemoteLayout.MarkText), ".", cancellation);
            return true;
        }, cancellation);
    }

    public Task<IReadOnlySet<BlobId>> MissingAsync(IReadOnlyCollection<BlobId> ids, CancellationToken cancellation) =>
        AloneAsync<IReadOnlySet<BlobId>>(async session =>
        {
            var missing = new HashSet<BlobId>();
            foreach (var some in ids.Chunk(AtOnce))
            {
                foreach (var id in some) await session.SendAsync($"has {RemoteLayout.PathOf(id)}", cancellation);
                foreach (var id in some)
                    if (await session.AnswerAsync(cancellation) is null) missing.Add(id);
            }
            return missing;
        }, cancellation);

    public async Task<Stream> OpenAsync(BlobId id, long from, CancellationToken cancellation)
    {
        var path = RemoteLayout.PathOf(id);
        var session = await TakeTurnAsync(cancellation);
        try
        {
            await session.SendAsync($"size {path}", cancellation);
            if (await session.AnswerAsync(cancellation) is not { } size) throw new MissingPieceException(id);
            var left = Math.Max(0, long.Parse(size) - from);
            if (left > 0) await session.SendAsync($"get {path} {from + 1}", cancellation);
            await session.FlushAsync(cancellation);
            // The session is given back when the stream is disposed.
            return new SessionStream(session, left, broken => GiveBack(broken));
        }
        catch (Exception failure)
        {
            GiveBack(failure is not MissingPieceException);
            throw;
        }
    }

    public Task PutAsync(BlobId id, long size, Func<Stream, CancellationToken, Task> write, CancellationToken cancellation) =>
        AloneAsync(async session =>
        {
            var incoming = $"{RemoteLayout.Incoming}/{Guid.NewGuid():N}";
            await session.SendAsync($"take {incoming} {size}", cancellation);
            using (var verifying = new VerifyingStream(session.Input, id, size))
            {
                try
                {
                    await write(verifying, cancellation);
                    verifying.Check();
                }
                catch (IOException lost) when (lost is not (DamagedPieceException or BlobNotFoundException))
                {
                    throw await session.BrokenAsync();
                }
            }
            await session.AnswerAsync(cancellation);
            await session.SendAsync($"sum {incoming}", cancellation);
            if (await session.AnswerAsync(cancellation) is { Length: > 0 } sum && sum != id.Hex)
            {
                await session.SendAsync($"drop {incoming}", cancellation);
                await session.AnswerAsync(cancellation);
                throw RefusalException.Unable($"{name}: object {id} arrived damaged there and was dropped: is the disk of the other side sound?");
            }
            var path = RemoteLayout.PathOf(id);
            await session.SendAsync($"place {incoming} {path[..path.LastIndexOf('/')]} {path}", cancellation);
            await session.AnswerAsync(cancellation);
            return true;
        }, cancellation);

    public Task<IReadOnlyList<string>> ListAsync(RecordKind kind, CancellationToken cancellation) =>
        AloneAsync<IReadOnlyList<string>>(async session =>
        {
            await session.SendAsync($"mark {RemoteLayout.Mark}", cancellation);
            CheckMark(await session.AnswerAsync(cancellation) ?? throw RefusalException.Bad($"{name} is no remote of Glovebox's: nothing was pushed to it yet"));
            await session.SendAsync($"list {RecordName.Word(kind)}", cancellation);
            await session.FlushAsync(cancellation);
            var ids = new List<string>();
            while (await session.LineAsync(cancellation) is var line && line != ".")
                if (RemoteLayout.IdOf(line) is { } id) ids.Add(id);
            return ids;
        }, cancellation);

    public Task<byte[]?> FindAsync(RecordName record, CancellationToken cancellation) =>
        AloneAsync<byte[]?>(async session =>
        {
            await session.SendAsync($"size {RemoteLayout.PathOf(record)}", cancellation);
            if (await session.AnswerAsync(cancellation) is not { } size) return null;
            var bytes = new byte[int.Parse(size)];
            if (bytes.Length == 0) return bytes;
            await session.SendAsync($"get {RemoteLayout.PathOf(record)} 1", cancellation);
            await session.FlushAsync(cancellation);
            for (var at = 0; at < bytes.Length;)
            {
                var count = await session.ReadAsync(bytes.AsMemory(at), cancellation);
                at += count > 0 ? count : throw await session.BrokenAsync();
            }
            return bytes;
        }, cancellation);

    public Task PutAsync(RecordName record, byte[] bytes, IReadOnlyCollection<Held> holds, CancellationToken cancellation) =>
        AloneAsync(async session =>
        {
            await TakeAsync(session, RemoteLayout.PathOf(record), bytes, RecordName.Word(record.Kind), cancellation);
            return true;
        }, cancellation);

    public async ValueTask DisposeAsync()
    {
        if (_session is { } session) await session.DisposeAsync();
        _turn.Dispose();
    }

    private static async Task TakeAsync(SshSession session, string path, byte[] bytes, string directory, CancellationToken cancellation)
    {
        var incoming = $"{RemoteLayout.Incoming}/{Guid.NewGuid():N}";
        await session.SendAsync($"take {incoming} {bytes.Length}", cancellation);
        await session.WriteAsync(bytes, cancellation);
        await session.AnswerAsync(cancellation);
        await session.SendAsync($"place {incoming} {directory} {path}", cancellation);
        await session.AnswerAsync(cancellation);
    }

    private bool CheckMark(string mark) => mark + "\n" == RemoteLayout.MarkText
        ? true
        : throw RefusalException.Unable($"{name} is of a form that this Glovebox does not know: it was made by a newer one");

    private async Task<T> AloneAsync<T>(Func<SshSession, Task<T>> work, CancellationToken cancellation)
    {
        var session = await TakeTurnAsync(cancellation);
        var whole = false;
        try
        {
            var result = await work(session);
            whole = true;
            return result;
        }
        finally
        {
            GiveBack(broken: !whole);
        }
    }

    private async Task<SshSession> TakeTurnAsync(CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation);
        try
        {
            return _session ??= await SshSession.StartAsync(command, RemoteScript.For(folder, _make), name, cancellation);
        }
        catch
        {
            _turn.Release();
            throw;
        }
    }

    /// <param name="broken">True when the other side may be in the middle of something: the next one begins anew.</param>
    private void GiveBack(bool broken)
    {
        if (broken && _session is { } session)
        {
            _session = null;
            session.Abandon();
        }
        _turn.Release();
    }
}
