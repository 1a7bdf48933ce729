using System.Formats.Tar;
using Glovebox.Images.Tar;

namespace Glovebox.Tests.Images;

public sealed class TarTests
{
    private static readonly Glovebox.Images.Tar.TarEntry[] Entries =
    [
        new("etc", TarKind.Directory, 0x1ED, 0, 0, 0, 1_700_000_000),
        new(
            "etc/file", TarKind.File, 0x1A4, 1000, 42, 5, 1_700_000_000,
            Capability: [1, 0, 0, 2, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        new("etc/link", TarKind.Symlink, 0x1FF, 0, 0, 0, 1, Target: new string('t', 150)),
        new("etc/" + new string('n', 240) + "/" + new string('m', 200), TarKind.File, 0x9ED, 0, 3_000_000, 0, 0),
        new("etc/na\udcffme\n", TarKind.HardLink, 0x1A4, 0, 0, 0, 0, Target: "etc/file"),
    ];

    private static byte[] Write()
    {
        using var stream = new MemoryStream();
        var writer = new Glovebox.Images.Tar.TarWriter(stream);
        foreach (var entry in Entries)
        {
            writer.Header(entry);
            if (entry.Kind != TarKind.File || entry.Size == 0) continue;
            writer.Content("hello"u8);
            writer.EndContent(entry.Size);
        }
        writer.End();
        return stream.ToArray();
    }

    [Fact]
    public void What_is_written_is_read()
    {
        var reader = new Glovebox.Images.Tar.TarReader(new MemoryStream(Write()));
        foreach (var entry in Entries)
        {
            var read = reader.Next()!;
            Assert.Equal(entry with { Capability = null }, read with { Capability = null, Path = read.Path.TrimEnd('/') });
            Assert.Equal(entry.Capability, read.Capability);
        }
        Assert.Null(reader.Next());
    }

    [Fact]
    public void Other_programs_read_it_too()
    {
        using var reader = new System.Formats.Tar.TarReader(new MemoryStream(Write()));
        var names = new List<string>();
        while (reader.GetNextEntry() is { } entry)
        {
            names.Add(entry.Name.TrimEnd('/'));
            if (entry.Name == "etc/file") Assert.Equal(42, entry.Gid);
        }
        Assert.Equal(Entries.Take(4).Select(entry => entry.Path), names.Take(4));
    }

    [Fact]
    public void What_others_write_is_read()
    {
        foreach (var format in (TarEntryFormat[])[TarEntryFormat.Ustar, TarEntryFormat.Pax, TarEntryFormat.Gnu, TarEntryFormat.V7])
        {
            using var stream = new MemoryStream();
            using (var writer = new System.Formats.Tar.TarWriter(stream, format, leaveOpen: true))
            {
                System.Formats.Tar.TarEntry entry = format switch
                {
                    TarEntryFormat.Ustar => new UstarTarEntry(TarEntryType.RegularFile, new string('a', 90) + "/" + new string('b', 90)),
                    TarEntryFormat.Pax => new PaxTarEntry(TarEntryType.RegularFile, new string('a', 300)),
                    TarEntryFormat.Gnu => new GnuTarEntry(TarEntryType.RegularFile, new string('a', 300)),
                    _ => new V7TarEntry(TarEntryType.V7RegularFile, "a"),
                };
                entry.DataStream = new MemoryStream("hello"u8.ToArray());
                writer.WriteEntry(entry);
                var reader = new Glovebox.Images.Tar.TarReader(new MemoryStream([.. stream.ToArray(), .. new byte[1024]]));
                var read = reader.Next()!;
                Assert.Equal(entry.Name, read.Path);
                var content = new byte[5];
                Assert.Equal(5, reader.Read(content));
                Assert.Equal("hello"u8, content);
                Assert.Null(reader.Next());
            }
        }
    }

    [Fact]
    public void Every_cut_and_every_flipped_header_is_noticed()
    {
        var whole = Write();
        for (var length = 0; length < whole.Length - 512; length += 256) Assert.Throws<TarException>(() => ReadAll(whole[..length]));
        whole[3] ^= 1;
        Assert.Contains("checksum", Assert.Throws<TarException>(() => ReadAll(whole)).Message);
    }

    private static void ReadAll(byte[] bytes)
    {
        var reader = new Glovebox.Images.Tar.TarReader(new MemoryStream(bytes));
        while (reader.Next() is not null) { }
    }
}
