using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Glovebox.Execution;

namespace Glovebox.Functions.Frames;

/// <summary>
/// Frames over a connected socket. One reader and one writer at a time. Nothing that comes is trusted: every length is checked before a byte of
/// it is kept.
/// </summary>
internal sealed class FrameSocket(Socket socket) : IDisposable
{
    private const int BufferBytes = 8 * 1024;
    private const int LargestJoined = 64 * 1024;

    /// <summary>Bytes of a meta part, and of each output with its notice.</summary>
    private const int LargestMeta = 256 * 1024, LargestOutput = 66 * 1024;

    private readonly byte[] _held = GC.AllocateUninitializedArray<byte>(BufferBytes);
    private int _start;
    private int _end;

    /// <summary>Something came that nobody has asked for. A system call.</summary>
    public bool HasUnread => _end > _start || socket.Available > 0;

    public async ValueTask SendAsync(FrameHeader header, ReadOnlyMemory<byte> meta, ReadOnlyMemory<byte> body)
    {
        var joined = FrameHeader.Length + meta.Length + (body.Length <= LargestJoined ? body.Length : 0);
        var buffer = ArrayPool<byte>.Shared.Rent(joined);
        try
        {
            header.Write(buffer);
            meta.CopyTo(buffer.AsMemory(FrameHeader.Length));
            if (body.Length <= LargestJoined) body.CopyTo(buffer.AsMemory(FrameHeader.Length + meta.Length));
            await SendAllAsync(buffer.AsMemory(0, joined));
            if (body.Length > LargestJoined) await SendAllAsync(body);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new FrameException("its connection ended", ended: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Waits for the next frame.</summary>
    /// <param name="largestBody">Bytes of a body at most.</param>
    /// <exception cref="FrameException">See there.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Frame> ReadAsync(long largestBody)
    {
        try
        {
            while (_end - _start < FrameHeader.Length)
            {
                var more = await ReceiveAsync(Room());
                _end += more;
            }
            var header = Check(largestBody);
            _start += FrameHeader.Length;
            var content = header.ContentLength == 0 ? [] : GC.AllocateUninitializedArray<byte>((int)header.ContentLength);
            var there = Math.Min(_end - _start, content.Length);
            _held.AsSpan(_start, there).CopyTo(content);
            _start += there;
            while (there < content.Length) there += await ReceiveAsync(content.AsMemory(there));
            return new Frame(header, content);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            throw new FrameException("its connection ended", ended: true);
        }
    }

    /// <summary>Ends the connection; a read that waits fails.</summary>
    public void Dispose() => socket.Dispose();

    private FrameHeader Check(long largestBody)
    {
        if (!FrameHeader.TryRead(_held.AsSpan(_start), out var header)) throw new FrameException("it wrote something that is no reply", ended: false);
        if (header.Body > largestBody)
            throw new FrameException($"its result has {Words.Of(header.Body)}, and {Words.Of(largestBody)} are allowed", ended: false);
        if (header.Meta > LargestMeta || header.Output > LargestOutput || header.Error > LargestOutput || header.ContentLength > Array.MaxLength)
            throw new FrameException("it wrote a reply with impossible lengths", ended: false);
        return header;
    }

    /// <summary>What is held moves to the front; the rest is room.</summary>
    private Memory<byte> Room()
    {
        if (_start > 0)
        {
            _held.AsSpan(_start, _end - _start).CopyTo(_held);
            (_start, _end) = (0, _end - _start);
        }
        return _held.AsMemory(_end);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReceiveAsync(Memory<byte> into)
    {
        var read = await socket.ReceiveAsync(into, SocketFlags.None);
        if (read > 0) return read;
        var inside = _end - _start > 0 || into.Length != _held.Length;
        throw new FrameException(inside ? "its connection ended in the middle of a reply" : "its connection ended", ended: true);
    }

    private async ValueTask SendAllAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None)..];
    }
}
