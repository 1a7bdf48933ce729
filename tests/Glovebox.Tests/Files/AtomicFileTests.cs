using Glovebox.Files;

namespace Glovebox.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_replaces_the_file_whole_with_exactly_its_mode(bool durable)
    {
        AtomicFile.Write(_folder["file"], "one", durable: durable);
        AtomicFile.Write(_folder["file"], "two", mode: 0x1B6, durable: durable);
        Assert.Equal("two", File.ReadAllText(_folder["file"]));
        Assert.Equal((UnixFileMode)0x1B6, File.GetUnixFileMode(_folder["file"]));
        Assert.Single(Directory.EnumerateFiles(_folder.Path));
    }

    [Fact]
    public void A_name_of_255_bytes_is_no_hindrance()
    {
        var name = new string('n', 255);
        AtomicFile.Write(_folder[name], "x");
        Assert.Equal("x", File.ReadAllText(_folder[name]));
    }

    [Fact]
    public void When_it_fails_nothing_has_changed()
    {
        _folder.Make("taken/below");
        Assert.Throws<FileException>(() => AtomicFile.Write(_folder["taken"], "x"));
        Assert.Throws<FileException>(() => AtomicFile.Write(_folder["none/file"], "x"));
        Assert.Equal(["taken"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }
}
