using System.Text;
using Glovebox.Api;
using Glovebox.Blobs;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Manifests;

namespace Glovebox.Tests.Snapshots;

public sealed class ManifestTests
{
    private static readonly string Digest = new('a', 64);

    private static string Text(params TreeEntry[] entries) => Encoding.UTF8.GetString(Manifest.Write(entries));

    [Fact]
    public void A_manifest_reads_like_a_listing() => Assert.Equal(
        $"glovebox-tree 1\n" +
        $"d\t0755\t0\t-\tsrc\n" +
        $"f\t0644\t12\t{Digest}\tsrc/100%25 naïve file\n" +
        $"l\t0777\t0\t../a b\tsrc/link%0A%FF%E2%80%AE\n",
        Text(
            new TreeEntry("src", TreeEntryKind.Directory, 0x1ED, 0, null, null),
            new TreeEntry("src/100% naïve file", TreeEntryKind.File, 0x1A4, 12, new BlobId(Digest), null),
            new TreeEntry("src/link\n\uDCFF\u202E", TreeEntryKind.Symlink, 0x1FF, 0, null, "../a b")));

    [Theory]
    [InlineData("f\t0644\t1\t@\ta\nf\t0644\t1\t@\ta\n", "not in order")]
    [InlineData("f\t0644\t1\t@\tb\nf\t0644\t1\t@\ta\n", "not in order")]
    [InlineData("f\t0644\t1\t@\t../a\n", "no path below a root")]
    [InlineData("f\t0644\t1\t@\t/a\n", "no path below a root")]
    [InlineData("f\t0644\t1\t@\ta//b\n", "no path below a root")]
    [InlineData("f\t0644\t1\t@\ta%00b\n", "no path below a root")]
    [InlineData("f\t0644\t1\t@\t%2E%2E/a\n", "no path below a root")]
    [InlineData("f\t4755\t1\t@\ta\n", "bits that no tree keeps")]
    [InlineData("d\t2755\t0\t-\ta\n", "bits that no tree keeps")]
    [InlineData("f\t644\t1\t@\ta\n", "not octal")]
    [InlineData("f\t0648\t1\t@\ta\n", "not octal")]
    [InlineData("f\t0644\t-1\t@\ta\n", "size is no number")]
    [InlineData("f\t0644\t01\t@\ta\n", "canonical")]
    [InlineData("f\t0644\t1\tabc\ta\n", "digest")]
    [InlineData("f\t0644\t1\t@\ta", "cut off")]
    [InlineData("f\t0644\t1\t@\n", "five fields")]
    [InlineData("x\t0644\t1\t@\ta\n", "no file, directory or link")]
    [InlineData("f\t0644\t1\t@\ta%41\n", "canonical")]
    [InlineData("f\t0644\t1\t@\ta%0a\n", "canonical")]
    [InlineData("f\t0644\t1\t@\ta%4\n", "two digits")]
    public void What_is_not_the_one_spelling_of_a_tree_is_refused(string lines, string reason)
    {
        using var fixture = new TreesFixture();
        var id = fixture.Blobs.Put(Encoding.UTF8.GetBytes("glovebox-tree 1\n" + lines.Replace("@", Digest)));
        var refusal = Assert.Throws<RefusalException>(() => fixture.Trees.Load(id));
        Assert.Contains(reason, refusal.Message);
        Assert.Contains(id.Hex, refusal.Message);
    }

    [Fact]
    public void Another_version_is_refused() =>
        Assert.Contains("does not begin", Assert.Throws<FormatException>(() => Manifest.Read("glovebox-tree 2\n"u8)).Message);
}
