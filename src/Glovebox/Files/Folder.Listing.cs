using System.Runtime.InteropServices;

namespace Glovebox.Files;

/// <summary>One name of a directory, and its kind where the file system tells it there.</summary>
internal sealed record FolderEntry(byte[] Name, FileKind Kind);

/// <summary>Reading what a directory holds.</summary>
internal sealed unsafe partial class Folder
{
    private const int ListingRoom = 64 * 1024;

    [ThreadStatic] private static byte[]? _listing;

    /// <summary>Every entry but '.' and '..', in the file system's order. Reads from the start each time.</summary>
    public List<FolderEntry> List()
    {
        var entries = new List<FolderEntry>();
        var buffer = _listing ??= GC.AllocateUninitializedArray<byte>(ListingRoom);
        if (Libc.Seek(_fd, 0, 0) < 0) throw FileException.Last("list", Path);
        fixed (byte* start = buffer)
        {
            while (true)
            {
                var length = Libc.ReadFolder(_fd, start, ListingRoom);
                if (length == 0) return entries;
                if (length < 0)
                {
                    // A directory removed while it is read has nothing in it.
                    if (Marshal.GetLastPInvokeError() == Errno.NotFound) return entries;
                    throw FileException.Last("list", Path);
                }
                Read(new ReadOnlySpan<byte>(start, (int)length), entries);
            }
        }
    }

    /// <summary>struct linux_dirent64 of getdents64(2): inode 8, offset 8, record length 2, type 1, name with its NUL.</summary>
    private static void Read(ReadOnlySpan<byte> records, List<FolderEntry> entries)
    {
        const int Length = 16, Type = 18, Text = 19;
        while (!records.IsEmpty)
        {
            var record = records[..MemoryMarshal.Read<ushort>(records[Length..])];
            var name = record[Text..];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
                entries.Add(new FolderEntry(name.ToArray(), FileState.KindOfEntry(record[Type])));
            records = records[record.Length..];
        }
    }
}
