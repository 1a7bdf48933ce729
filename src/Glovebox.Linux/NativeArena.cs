using System.Runtime.InteropServices;

namespace Glovebox.Linux;

/// <summary>Memory that the collector never touches, given back all at once.</summary>
internal sealed unsafe class NativeArena : IDisposable
{
    private readonly List<nint> _blocks = [];

    /// <summary>Zeroed room for some values.</summary>
    public T* Room<T>(int count = 1) where T : unmanaged
    {
        var block = NativeMemory.AllocZeroed((nuint)Math.Max(count, 1), (nuint)sizeof(T));
        _blocks.Add((nint)block);
        return (T*)block;
    }

    /// <summary>A string as C has it, in UTF-8.</summary>
    public byte* Text(string value)
    {
        var length = System.Text.Encoding.UTF8.GetByteCount(value);
        var text = Room<byte>(length + 1);
        System.Text.Encoding.UTF8.GetBytes(value, new Span<byte>(text, length));
        return text;
    }

    /// <summary>Strings as execve(2) wants them, closed with a null.</summary>
    public byte** Texts(IReadOnlyList<string> values)
    {
        var array = (byte**)Room<nint>(values.Count + 1);
        for (var i = 0; i < values.Count; i++) array[i] = Text(values[i]);
        return array;
    }

    public int* Numbers(IReadOnlyList<int> values)
    {
        var array = Room<int>(values.Count);
        for (var i = 0; i < values.Count; i++) array[i] = values[i];
        return array;
    }

    public void Dispose()
    {
        foreach (var block in _blocks) NativeMemory.Free((void*)block);
        _blocks.Clear();
    }
}
