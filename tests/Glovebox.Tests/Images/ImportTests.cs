using System.IO.Compression;
using Glovebox.Api;
using Glovebox.Files;
using Glovebox.Images.Archives;
using Glovebox.Images.Layers;
using Glovebox.Images.Tar;

namespace Glovebox.Tests.Images;

public sealed class ImportTests : IDisposable
{
    private readonly TemporaryHome _home = new();

    public void Dispose() => _home.Dispose();

    private static TarEntry File(string path, int size = 0) => new(path, TarKind.File, 0x1A4, 0, 0, size, 1);

    private static TarEntry Folder(string path) => new(path, TarKind.Directory, 0x1ED, 0, 0, 0, 1);

    private static TarEntry Link(string path, string target, TarKind kind = TarKind.Symlink) => new(path, kind, 0x1FF, 0, 0, 0, 1, target);

    private string Write(params TarEntry[] entries)
    {
        var path = _home.PathOf("archive.tar");
        using var stream = System.IO.File.Create(path);
        var writer = new TarWriter(stream);
        foreach (var entry in entries)
        {
            writer.Header(entry);
            if (entry.Kind == TarKind.File)
            {
                writer.Content(new byte[entry.Size]);
                writer.EndContent(entry.Size);
            }
        }
        writer.End();
        return path;
    }

    private async Task<string> RefusedAsync(string path)
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _home.ImportAsync(path));
        Assert.Contains(path, refusal.Message);
        Assert.Empty(_home.Images.List());
        Assert.Empty(_home.Layers.List());
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home.Home.Temporary));
        return refusal.Message;
    }

    [Fact]
    public async Task A_plain_root_file_system_is_taken_without_its_devices()
    {
        var path = Write(
            Folder("./"), Folder("./usr"), File("./usr/tool", 3), Link("./bin", "usr/bin"), Link("./usr/x", "/etc/alternatives/x"), Link(
                "./usr/second", "usr/tool", TarKind.HardLink),
            new TarEntry(
                "./dev/null", TarKind.CharacterDevice, 0x1B6, 0, 0, 0, 1), new TarEntry("./pipe", TarKind.Pipe, 0x1B6, 0, 0, 0, 1));
        var image = await _home.ImportAsync(path, "my/root:1");
        Assert.Equal(["my/root:1"], image.Names);
        var layer = Assert.Single(_home.Images.Get(_home.Images.Find("my/root:1")!.Value).Layers);
        Assert.Equal(
            ["bin", "usr", "usr/second", "usr/tool", "usr/x"],
            _home.Layers.Index(layer).Entries.Where(entry => entry.Path != "dev").Select(entry => entry.Path));
    }

    public static TheoryData<string, string> Hostile => new()
    {
        { "../out", "leaves the root" },
        { "a/../../out", "leaves the root" },
        { "/etc/passwd", "absolute path" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public async Task A_path_that_leaves_the_root_refuses_the_whole(string path, string reason) =>
        Assert.Contains(reason, await RefusedAsync(Write(File("good", 1), File(path, 1))));

    [Fact]
    public async Task Nothing_is_written_through_a_link()
    {
        var outside = Directory.CreateDirectory(_home.PathOf("outside")).FullName;
        Assert.Contains("through a link", await RefusedAsync(Write(Link("evil", outside), File("evil/file", 1))));
        Assert.Contains("through a link", await RefusedAsync(Write(Folder("a"), Link("a/evil", ".."), File("a/evil/file", 1))));
        Assert.Contains("leaves the root", await RefusedAsync(Write(Link("evil", "../../x"))));
        Assert.Contains("no file of the archive", await RefusedAsync(Write(Link("hard", "missing", TarKind.HardLink))));
        Assert.Contains("leaves the root", await RefusedAsync(Write(Link("hard", "../../etc/passwd", TarKind.HardLink))));
        Assert.Contains("absolute path", await RefusedAsync(Write(Link("hard", "/etc/passwd", TarKind.HardLink))));
        Assert.Contains(
            "no file of the archive", await RefusedAsync(Write(Link("evil", "/etc"), Link("hard", "evil/passwd", TarKind.HardLink))));
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Fact]
    public async Task A_file_in_the_place_of_a_link_does_not_change_what_the_link_points_to()
    {
        var victim = _home.PathOf("victim");
        System.IO.File.WriteAllText(victim, "safe");
        await _home.ImportAsync(Write(Link("evil", victim), File("evil", 3)));
        Assert.Equal("safe", System.IO.File.ReadAllText(victim));
    }

    [Fact]
    public async Task Broken_archives_are_refused_with_what_is_broken()
    {
        var empty = _home.PathOf("empty");
        System.IO.File.WriteAllBytes(empty, []);
        await Assert.ThrowsAsync<RefusalException>(() => _home.ImportAsync(empty));

        var path = Write(File("a", 4000));
        var whole = System.IO.File.ReadAllBytes(path);
        System.IO.File.WriteAllBytes(path, whole[..2000]);
        Assert.Contains("truncated", await RefusedAsync(path));

        System.IO.File.WriteAllBytes(path, Zipped(whole)[..30]);
        await RefusedAsync(path);

        System.IO.File.WriteAllText(path, new string('x', 5000));
        Assert.Contains("checksum", await RefusedAsync(path));
        Assert.Contains("nothing in it", await RefusedAsync(Write()));
    }

    [Fact]
    public async Task A_bomb_is_stopped_by_what_its_size_explains()
    {
        var path = _home.PathOf("bomb.tar.gz");
        using (var stream = new GZipStream(System.IO.File.Create(path), CompressionLevel.Fastest))
        {
            var writer = new TarWriter(stream);
            const long Size = 1200L << 20;
            writer.Header(new TarEntry("zeros", TarKind.File, 0x1A4, 0, 0, Size, 0));
            var zeros = new byte[1 << 20];
            for (var written = 0L; written < Size; written += zeros.Length) writer.Content(zeros);
            writer.End();
        }
        Assert.Contains("no honest image", await RefusedAsync(path));
    }

    [Fact]
    public async Task An_export_comes_back_as_the_same_image_also_compressed_and_a_flipped_byte_is_found()
    {
        var first = await _home.ImportAsync(Write(Folder("etc"), File("etc/file", 2000)), "first");
        var archive = _home.PathOf("export.tar");
        new ImageExport(_home.Images, TimeProvider.System).Write(
            _home.Images.Find("first")!.Value, "x:latest", archive, _home, TestContext.Current.CancellationToken);
        Assert.Equal(first.Digest, (await _home.ImportAsync(archive, "second")).Digest);
        var bytes = System.IO.File.ReadAllBytes(archive);
        System.IO.File.WriteAllBytes(archive, Zipped(bytes));
        Assert.Equal(first.Digest, (await _home.ImportAsync(archive, "third")).Digest);
        Assert.Equal(["first", "second", "third"], (await _home.Feature.ListAsync(TestContext.Current.CancellationToken)).Single().Names);

        bytes[bytes.Length - 2500] ^= 1;
        System.IO.File.WriteAllBytes(archive, bytes);
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _home.ImportAsync(archive, "fourth"));
        Assert.Contains("wrong checksum", refusal.Message);
    }

    [Fact]
    public async Task An_image_that_something_needs_is_not_removed_unless_forced()
    {
        await _home.ImportAsync(Write(File("a")), "one");
        var cancellation = TestContext.Current.CancellationToken;
        _home.Needers.AddRange(["job j-1", "execution e-1", "run r-1", "run r-2"]);
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _home.Feature.RemoveAsync("one", false, cancellation));
        Assert.Equal(RefusalKind.Conflict, refusal.Kind);
        Assert.Contains("job j-1, execution e-1, run r-1 and 1 more", refusal.Message);
        await _home.Feature.RemoveAsync("one", true, cancellation);
        Assert.Empty(await _home.Feature.ListAsync(cancellation));
        Assert.Equal(
            RefusalKind.NotFound,
            (await Assert.ThrowsAsync<RefusalException>(() => _home.Feature.RemoveAsync("one", false, cancellation))).Kind);
    }

    [Fact]
    public async Task The_last_name_of_an_image_takes_the_image_along_and_an_earlier_one_only_itself()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var image = (await _home.ImportAsync(Write(File("a")), "one")).Digest;
        await _home.ImportAsync(Write(File("a")), "two");
        await _home.Feature.RemoveAsync("one", false, cancellation);
        Assert.Equal(["two"], Assert.Single(await _home.Feature.ListAsync(cancellation)).Names);
        await _home.Feature.RemoveAsync("two", false, cancellation);
        Assert.Equal([(null, "one"), (image, "two")], _home.Losses.Select(loss => (loss.Image, Assert.Single(loss.Names))));
        Assert.Empty(await _home.Feature.ListAsync(cancellation));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("")]
    [InlineData("A")]
    [InlineData("a//b")]
    [InlineData("a\nb")]
    [InlineData("host")]
    public async Task A_wrong_name_is_refused(string name) =>
        await Assert.ThrowsAsync<RefusalException>(() => _home.ImportAsync(Write(File("a")), name));

    private static byte[] Zipped(byte[] bytes)
    {
        using var stream = new MemoryStream();
        using (var zip = new GZipStream(stream, CompressionLevel.Fastest)) zip.Write(bytes);
        return stream.ToArray();
    }
}
