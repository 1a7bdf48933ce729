using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Snapshots;

namespace Glovebox.Tests.Snapshots;

public sealed class RoundTripTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Any_tree_comes_back_byte_for_byte_and_mode_for_mode(bool packed) => TreesFixture.Check(40, code =>
    {
        using var fixture = new TreesFixture(packed: packed);
        new TreeScript(code, TreeScript.OddNames).Play(fixture.Root);
        var tree = fixture.Capture();
        var restored = fixture.Restore(tree);
        Assert.Equal(Listing.Of(fixture.Root), Listing.Of(restored));
        Assert.Equal(tree.Id, fixture.Trees.Capture(restored, CancellationToken.None).Id);
        Assert.Equal(tree.Entries, fixture.Trees.Load(tree.Id).Entries);
    });

    [Fact]
    public void Capturing_after_changes_with_the_cache_is_capturing_without() => TreesFixture.Check(60, code =>
    {
        using var fixture = new TreesFixture();
        var half = code.Length / 2;
        new TreeScript(code[..half], TreeScript.OddNames).Play(fixture.Root);
        var before = fixture.Capture();
        new TreeScript(code[half..], TreeScript.OddNames).Play(fixture.Root);
        var after = fixture.Capture();
        FolderRemoval.Remove(fixture.Home.Cache);
        Assert.Equal(fixture.Capture().Id, after.Id);
        var changed = fixture.Restore(before);
        fixture.Trees.Extract(fixture.Trees.Compare(before, after), changed, CancellationToken.None);
        Assert.Equal(Listing.Of(fixture.Root), Listing.Of(changed));
    });

    [Fact]
    public void Entries_are_in_the_byte_order_of_their_paths() => TreesFixture.Check(20, code =>
    {
        using var fixture = new TreesFixture();
        new TreeScript(code, TreeScript.OddNames).Play(fixture.Root);
        var paths = fixture.Capture().Entries.Select(entry => PathBytes.FromText(entry.Path)).ToList();
        for (var i = 1; i < paths.Count; i++) Assert.True(paths[i - 1].AsSpan().SequenceCompareTo(paths[i]) < 0);
    });

    [Fact]
    public void A_folder_named_like_the_one_above_it_stays_in_it()
    {
        using var fixture = new TreesFixture();
        fixture.Write("lib/lib/lib", "x");
        Assert.Equal(["lib", "lib/lib", "lib/lib/lib"], fixture.Capture().Entries.Select(entry => entry.Path));
    }

    [Fact]
    public void A_large_sparse_file_keeps_its_size_and_its_holes()
    {
        using var fixture = new TreesFixture();
        // Reading 5 GB of nothing takes some seconds.
        var size = Environment.GetEnvironmentVariable("GLOVEBOX_TEST_LONG") is null ? 1L << 30 : 5L << 30;
        using (var file = File.Create(Path.Join(fixture.Root, "sparse")))
        {
            file.SetLength(size);
            file.Position = size / 2;
            file.WriteByte(7);
        }
        var restored = fixture.Restore(fixture.Capture());
        Assert.Equal(Listing.Of(fixture.Root), Listing.Of(restored));
        Assert.True(Blocks(fixture.Folder.Path) < 16 << 20, "holes were written");

        static long Blocks(string path)
        {
            using var du = System.Diagnostics.Process.Start(
                new System.Diagnostics.ProcessStartInfo("du", ["-s", "--block-size=1", path]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            return long.Parse(du.StandardOutput.ReadToEnd().Split('\t')[0]);
        }
    }

    [Fact]
    public void A_damaged_object_is_named_and_nothing_is_restored()
    {
        using var fixture = new TreesFixture();
        fixture.Write("a", "first");
        fixture.Write("b/c", new string('x', 300_000));
        fixture.Write("empty", "");
        var tree = fixture.Capture();
        foreach (var (id, _) in fixture.Blobs.List().ToList())
        {
            var path = Path.Join(fixture.Home.Blobs, id.Hex[..2], id.Hex);
            var good = File.ReadAllBytes(path);
            File.Delete(path);
            File.WriteAllBytes(path, good.Length == 0 ? [1] : [.. good[..^1], (byte)(good[^1] ^ 1)]);
            var directory = fixture.Folder.Make("restored");
            var failure = Assert.Throws<CorruptBlobException>(
                () => fixture.Trees.Restore(fixture.Trees.Load(tree.Id), directory, CancellationToken.None));
            Assert.Equal(id, failure.Id);
            Assert.Empty(Directory.EnumerateFileSystemEntries(directory));
            File.Delete(path);
            File.WriteAllBytes(path, good);
        }
        Assert.Equal(Listing.Of(fixture.Root), Listing.Of(fixture.Restore(tree)));
    }
}
