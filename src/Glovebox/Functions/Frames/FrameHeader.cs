using System.Buffers.Binary;

namespace Glovebox.Functions.Frames;

/// <summary>What a frame is. The numbers are the wire's (docs/decisions/012-frames.md).</summary>
internal enum FrameKind : byte
{
    /// <summary>To the runner: which code to load.</summary>
    Load = 1,

    /// <summary>From the runner: it is there, and later: the code is loaded.</summary>
    Ready = 2,
    Call = 3,
    Reply = 4,
    Failed = 5,

    /// <summary>A piece of a streamed reply, and its end.</summary>
    Chunk = 6,
    End = 7,

    /// <summary>To the runner: end that call; and its answer.</summary>
    Kill = 8,
    Killed = 9,
}

[Flags]
internal enum FrameFlags : byte
{
    None = 0,

    /// <summary>The body of a call is JSON.</summary>
    Json = 1,

    /// <summary>The reply's body follows in chunks.</summary>
    Stream = 2,

    /// <summary>The runner ends after this frame.</summary>
    Last = 4,
}

/// <summary>The 32 bytes before every frame, little-endian. What follows: meta, body, output, error output.</summary>
internal readonly record struct FrameHeader(
    FrameKind Kind, ulong Call, int Body, int Meta, FrameFlags Flags = FrameFlags.None, int Status = 0, int Output = 0, int Error = 0)
{
    public const int Length = 32;
    private const uint Magic = 0x31584247; // "GBX1"

    public long ContentLength => (long)Meta + Body + Output + Error;

    public void Write(Span<byte> to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to, Body);
        BinaryPrimitives.WriteInt32LittleEndian(to[4..], Meta);
        BinaryPrimitives.WriteUInt64LittleEndian(to[8..], Call);
        to[16] = (byte)Kind;
        to[17] = (byte)Flags;
        BinaryPrimitives.WriteUInt16LittleEndian(to[18..], (ushort)Status);
        BinaryPrimitives.WriteInt32LittleEndian(to[20..], Output);
        BinaryPrimitives.WriteInt32LittleEndian(to[24..], Error);
        BinaryPrimitives.WriteUInt32LittleEndian(to[28..], Magic);
    }

    /// <summary>False for anything that no runner of ours writes.</summary>
    public static bool TryRead(ReadOnlySpan<byte> from, out FrameHeader header)
    {
        header = new FrameHeader(
            (FrameKind)from[16], BinaryPrimitives.ReadUInt64LittleEndian(from[8..]), BinaryPrimitives.ReadInt32LittleEndian(from),
            BinaryPrimitives.ReadInt32LittleEndian(from[4..]), (FrameFlags)from[17], BinaryPrimitives.ReadUInt16LittleEndian(from[18..]),
            BinaryPrimitives.ReadInt32LittleEndian(from[20..]), BinaryPrimitives.ReadInt32LittleEndian(from[24..]));
        return BinaryPrimitives.ReadUInt32LittleEndian(from[28..]) == Magic && (header.Body | header.Meta | header.Output | header.Error) >= 0;
    }
}

/// <summary>A frame that came whole. Its bytes are its own.</summary>
internal readonly record struct Frame(FrameHeader Header, ReadOnlyMemory<byte> Content)
{
    public ReadOnlyMemory<byte> Meta => Content[..Header.Meta];
    public ReadOnlyMemory<byte> Body => Content.Slice(Header.Meta, Header.Body);
    public ReadOnlyMemory<byte> Output => Content.Slice(Header.Meta + Header.Body, Header.Output);
    public ReadOnlyMemory<byte> Error => Content.Slice(Header.Meta + Header.Body + Header.Output, Header.Error);
}

/// <summary>What came is no frame, or the connection ended: whoever is at the other end is not to be used again.</summary>
/// <param name="ended">The connection ended; else something came that may not come.</param>
internal sealed class FrameException(string message, bool ended) : Exception(message)
{
    public bool Ended { get; } = ended;
}
