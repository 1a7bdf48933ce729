namespace Glovebox.Snapshots.Manifests;

/// <summary>Bytes that grow. (The runtime's own writer is generic, so it would be compiled anew at each start.)</summary>
internal sealed class TextBuffer(int capacity)
{
    private byte[] _bytes = GC.AllocateUninitializedArray<byte>(capacity);
    private int _length;

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

    /// <summary>Room for so many bytes more; <see cref="Advance"/> says how many were used.</summary>
    public Span<byte> Room(int size)
    {
        if (_bytes.Length - _length < size) Array.Resize(ref _bytes, Math.Max(2 * _bytes.Length, _length + size));
        return _bytes.AsSpan(_length);
    }

    public void Advance(int count) => _length += count;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Room(bytes.Length));
        _length += bytes.Length;
    }

    public void Add(byte one)
    {
        Room(1)[0] = one;
        _length++;
    }
}
