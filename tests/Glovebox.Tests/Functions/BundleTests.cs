using System.Formats.Tar;
using System.IO.Compression;
using Glovebox.Api;
using Glovebox.Functions.Bundles;
using Glovebox.Home;
using Glovebox.Tests.Files;

namespace Glovebox.Tests.Functions;

/// <summary>Bundles as friends and enemies make them.</summary>
public sealed class BundleTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly GloveboxHome _home;
    private readonly BundleStore _store;

    public BundleTests() => (_home, _store) = (new GloveboxHome(Path.Combine(_folder.Path, "home")), new BundleStore(new GloveboxHome(Path.Combine(_folder.Path, "home"))));

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_same_code_has_the_same_digest_however_it_is_packed()
    {
        var tar = await AddAsync(Tar(("handler.py", "x"), ("lib/a.py", "y")), "code.tar");
        var zip = await AddAsync(Zip(("lib/a.py", "y"), ("handler.py", "x")), "code.zip");
        var wrapped = await AddAsync(Zip(("top/handler.py", "x"), ("top/lib/a.py", "y")), "code.zip");

        Assert.Equal(tar, zip);
        Assert.Equal(tar, wrapped);
        Assert.Equal((2, 2L), (tar.Files, tar.Bytes));
        Assert.Equal("y", await File.ReadAllTextAsync(Path.Combine(tar.Folder, "lib/a.py"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task One_file_of_code_is_a_bundle()
    {
        var bundle = await AddAsync("def handle(params): pass"u8.ToArray(), "dice.py");
        Assert.Equal(["dice.py"], Directory.EnumerateFiles(bundle.Folder).Select(path => Path.GetFileName(path)!));
    }

    [Theory]
    [InlineData("../evil")]
    [InlineData("/etc/evil")]
    [InlineData("a/../../evil")]
    [InlineData("a/..")]
    [InlineData("..")]
    [InlineData("a\\..\\..\\evil")]
    public async Task A_name_that_leaves_is_refused_whole(string name)
    {
        await RefusedAsync(Zip(("good.py", "x"), (name, "y")), "evil.zip");
        await RefusedAsync(RawTar(("good.py", TarEntryType.RegularFile, ""), (name, TarEntryType.RegularFile, "")), "evil.tar");
    }

    [Theory]
    [InlineData(TarEntryType.SymbolicLink, "/etc/passwd")]
    [InlineData(TarEntryType.SymbolicLink, "../../etc/passwd")]
    [InlineData(TarEntryType.HardLink, "good.py")]
    [InlineData(TarEntryType.Fifo, "")]
    [InlineData(TarEntryType.CharacterDevice, "")]
    public async Task What_is_no_file_of_code_is_refused_whole(TarEntryType type, string target) =>
        await RefusedAsync(RawTar(("good.py", TarEntryType.RegularFile, ""), ("evil", type, target)), "evil.tar");

    [Fact]
    public async Task Nothing_is_written_through_a_link() =>
        await RefusedAsync(RawTar(("in", TarEntryType.SymbolicLink, "."), ("in/evil", TarEntryType.RegularFile, "")), "evil.tar");

    [Fact]
    public async Task A_bomb_is_refused()
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        await using (var entry = zip.CreateEntry("zeros", CompressionLevel.SmallestSize).Open())
            for (var i = 0; i < 100; i++) await entry.WriteAsync(new byte[1 << 20], TestContext.Current.CancellationToken);
        await RefusedAsync(packed.ToArray(), "bomb.zip");
    }

    [Fact]
    public async Task Too_many_files_are_refused() =>
        await RefusedAsync(Zip([.. Enumerable.Range(0, BundleLimits.MostFiles + 1).Select(n => ($"f{n}", ""))]), "many.zip");

    [Fact]
    public async Task An_archive_cut_at_any_length_is_refused()
    {
        using var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(Tar(("handler.py", new string('x', 5000))), TestContext.Current.CancellationToken);
        var whole = packed.ToArray();
        // The last of it is the padding behind the end mark, and gzip's own.
        for (var length = 3; length < whole.Length - 24; length += 5) await RefusedAsync(whole[..length], "cut.tar.gz");
    }

    private async Task RefusedAsync(byte[] packed, string file)
    {
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => AddAsync(packed, file));
        Assert.Equal(RefusalKind.Bad, refusal.Kind);
        Assert.StartsWith(file, refusal.Message);
        Assert.False(Directory.Exists(Path.Combine(_home.Functions, "code")));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_home.Temporary));
    }

    private Task<Bundle> AddAsync(byte[] packed, string file) => _store.AddAsync(new MemoryStream(packed), file, TestContext.Current.CancellationToken);

    private static byte[] Tar(params (string Name, string Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(packed, leaveOpen: true))
            foreach (var (name, content) in files)
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(content)) });
        return packed.ToArray();
    }

    private static byte[] RawTar(params (string Name, TarEntryType Type, string Target)[] entries)
    {
        using var packed = new MemoryStream();
        using (var tar = new TarWriter(packed, leaveOpen: true))
            foreach (var (name, type, target) in entries)
            {
                var entry = new PaxTarEntry(type, name);
                if (target.Length > 0) entry.LinkName = target;
                tar.WriteEntry(entry);
            }

        return packed.ToArray();
    }

    private static byte[] Zip(params (string Name, string Content)[] files)
    {
        using var packed = new MemoryStream();
        using (var zip = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(System.Text.Encoding.UTF8.GetBytes(content));
            }

        return packed.ToArray();
    }
}
