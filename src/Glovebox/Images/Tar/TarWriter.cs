using System.Buffers;
using System.Text;
using Glovebox.Files;

namespace Glovebox.Images.Tar;

/// <summary>
/// Writes tar with exactly one way to say each thing, so that equal entries make equal bytes: ustar headers, a pax header before them only
/// where a field does not hold its value, no user or group names, no time but whole seconds.
/// </summary>
internal sealed class TarWriter(Stream output)
{
    private readonly byte[] _header = new byte[TarFormat.Block];

    /// <summary>Writes the header. The content of a file (exactly its size) goes through <see cref="Content"/> and <see
    /// cref="EndContent"/>.</summary>
    public void Header(TarEntry entry)
    {
        var name = PathBytes.FromText(entry.Kind == TarKind.Directory ? entry.Path + "/" : entry.Path);
        var target = PathBytes.FromText(entry.Target);
        var size = entry.Kind == TarKind.File ? entry.Size : 0;
        WritePax(entry, name, target, size);
        WriteUstar(entry.Kind, name, target, size, entry.Mode, entry.User, entry.Group, entry.Modified);
    }

    public void Content(ReadOnlySpan<byte> bytes) => output.Write(bytes);

    public void EndContent(long size) => Pad(size);

    /// <summary>Two empty blocks.</summary>
    public void End() => output.Write(new byte[2 * TarFormat.Block]);

    private void WriteUstar(
        TarKind kind, ReadOnlySpan<byte> name, ReadOnlySpan<byte> target, long size, int mode, long user, long group, long modified)
    {
        Span<byte> header = _header;
        header.Clear();
        name[..Math.Min(name.Length, TarFormat.Name.Length)].CopyTo(header.In(TarFormat.Name));
        target[..Math.Min(target.Length, TarFormat.Target.Length)].CopyTo(header.In(TarFormat.Target));
        Number(TarFormat.Mode, mode);
        Number(TarFormat.User, user);
        Number(TarFormat.Group, group);
        Number(TarFormat.Size, size);
        Number(TarFormat.Modified, modified);
        header[TarFormat.Type] = (byte)kind;
        "ustar\000"u8.CopyTo(header.In(TarFormat.Magic));
        TarFormat.WriteOctal(header.Slice(TarFormat.Checksum.At, 7), TarFormat.Sum(header));
        header[TarFormat.Checksum.At + 7] = (byte)' ';
        output.Write(header);
    }

    private void Number((int At, int Length) field, long value) =>
        TarFormat.WriteOctal(((Span<byte>)_header).In(field), TarFormat.FitsOctal(field, value) ? value : 0);

    private void WritePax(TarEntry entry, byte[] name, byte[] target, long size)
    {
        var records = new ArrayBufferWriter<byte>();
        if (entry.Capability is { } capability) Record(records, TarFormat.CapabilityRecord, capability);
        RecordNumber(records, "gid", TarFormat.Group, entry.Group);
        if (target.Length > TarFormat.Target.Length) Record(records, "linkpath", target);
        RecordNumber(records, "mtime", TarFormat.Modified, entry.Modified);
        if (name.Length > TarFormat.Name.Length) Record(records, "path", name);
        RecordNumber(records, "size", TarFormat.Size, size);
        RecordNumber(records, "uid", TarFormat.User, entry.User);
        if (records.WrittenCount == 0) return;
        WriteUstar((TarKind)'x', "pax"u8, [], records.WrittenCount, 0x1A4, 0, 0, 0);
        output.Write(records.WrittenSpan);
        Pad(records.WrittenCount);
    }

    private static void RecordNumber(ArrayBufferWriter<byte> records, string key, (int At, int Length) field, long value)
    {
        if (!TarFormat.FitsOctal(field, value)) Record(records, key, Encoding.ASCII.GetBytes(value.ToString()));
    }

    /// <summary>LENGTH SP KEY=VALUE LF, the length counting itself.</summary>
    private static void Record(ArrayBufferWriter<byte> records, string key, ReadOnlySpan<byte> value)
    {
        var rest = 1 + key.Length + 1 + value.Length + 1;
        var length = rest + 1;
        while (length != rest + length.ToString().Length) length = rest + length.ToString().Length;
        records.Write(Encoding.ASCII.GetBytes($"{length} {key}="));
        records.Write(value);
        records.Write("\n"u8);
    }

    private void Pad(long size) => output.Write(new byte[TarFormat.Padding(size)]);
}
