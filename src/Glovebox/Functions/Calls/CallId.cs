using System.Buffers.Binary;

namespace Glovebox.Functions.Calls;

/// <summary>
/// Names of calls: UUIDs of version 7 (RFC 9562, 5.7), which sort by time. Their other bits come from a generator in this process, because the
/// system's would be asked for each call; an id is a name and no secret.
/// </summary>
internal static class CallId
{
    private const long Version = 0x7000, Variant = unchecked((long)0x8000_0000_0000_0000), BelowVariant = 0x3FFF_FFFF_FFFF_FFFF;

    public static string New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, (now.ToUnixTimeMilliseconds() << 16) | Version | (long)Random.Shared.Next(0x1000));
        BinaryPrimitives.WriteInt64BigEndian(bytes[8..], (Random.Shared.NextInt64() & BelowVariant) | Variant);
        return new Guid(bytes, bigEndian: true).ToString();
    }
}
