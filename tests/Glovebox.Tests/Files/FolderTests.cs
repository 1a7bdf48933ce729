using System.Text;
using Glovebox.Files;

namespace Glovebox.Tests.Files;

public sealed class FolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_link_on_the_way_is_not_followed()
    {
        _folder.Make("real/below");
        File.CreateSymbolicLink(_folder["link"], _folder["real"]);
        using var root = Folder.Open(_folder.Path);
        Assert.Null(root.TryOpenFolder("link/below"u8, out var errno));
        Assert.Equal(Errno.LinkLoop, errno);
        Assert.Null(root.TryOpenFolder("real/../link"u8, out _));
        Assert.Equal(-1, Beneath.OpenStepwise(root.Descriptor, "link/below"u8, out errno));
        Assert.Equal(Errno.NotFolder, errno);
        using var opened = root.OpenFolder("real/below"u8);
        Assert.Equal(_folder["real/below"], opened.Path);
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../../x")]
    public void No_step_leads_up(string path)
    {
        _folder.Make("a");
        using var root = Folder.Open(_folder.Path);
        Assert.Throws<ArgumentException>(() => Beneath.OpenStepwise(root.Descriptor, Encoding.ASCII.GetBytes(path), out _));
    }

    [Fact]
    public void A_name_with_a_nul_is_refused()
    {
        using var root = Folder.Open(_folder.Path);
        Assert.Throws<ArgumentException>(() => root.Stat("a\0b"u8));
        Assert.Throws<ArgumentException>(() => PathBytes.FromText("a\0b"));
    }

    [Fact]
    public void An_error_says_what_was_tried_the_path_and_the_reason()
    {
        using var root = Folder.Open(_folder.Path);
        var failure = Assert.Throws<FileException>(() => root.OpenFile("missing"u8));
        Assert.Equal($"cannot open {_folder["missing"]}: No such file or directory", failure.Message);
        Assert.Equal(Errno.NotFound, failure.Errno);
    }

    [Fact]
    public void Folders_nested_deeper_than_paths_reach_are_opened_and_removed()
    {
        using (var root = Folder.Open(_folder.Path))
        {
            // Made from the inside out, as a box can.
            root.MakeFolder("deep"u8, 0x1ED);
            for (var i = 0; i < 3000; i++)
            {
                root.MakeFolder("next"u8, 0x1ED);
                root.Rename("deep"u8, root, "next/deep"u8);
                root.Rename("next"u8, root, "deep"u8);
            }
            byte[] path = "deep"u8.ToArray();
            for (var i = 0; i < 2000; i++) path = [.. path, .. "/deep"u8];
            using var below = root.OpenFolder(path);
            Assert.Single(below.List());
        }
        FolderRemoval.Remove(_folder["deep"]);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void Removing_follows_no_link()
    {
        _folder.Make("kept");
        File.WriteAllText(_folder["kept/file"], "");
        _folder.Make("gone");
        File.CreateSymbolicLink(_folder["gone/link"], _folder["kept"]);
        FolderRemoval.Remove(_folder["gone"]);
        FolderRemoval.Remove(_folder["never-was"]);
        Assert.True(File.Exists(_folder["kept/file"]));
        Assert.False(Directory.Exists(_folder["gone"]));
    }
}
