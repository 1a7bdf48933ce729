using System.Diagnostics;
using Glovebox.Api;
using Glovebox.Files;
using Glovebox.Snapshots;

namespace Glovebox.Tests.Snapshots;

/// <summary>Changes against a tree that did not stand still, and against boxes that mean harm. Uppers are made by hand.</summary>
public sealed class ApplyTests : IDisposable
{
    private readonly TreesFixture _fixture = new();
    private Tree? _before;

    public void Dispose() => _fixture.Dispose();

    private string Upper => _fixture.Folder["upper"];

    private string Root => _fixture.Root;

    /// <summary>The tree is captured as it is, and a box begins.</summary>
    private void Begin()
    {
        _before = _fixture.Capture();
        _fixture.Folder.Make("upper");
    }

    private UpperChanges Read(params string[] also) => _fixture.Trees.ReadUpper(Upper, _before!, Root, also, CancellationToken.None);

    private IReadOnlyList<string> Apply(UpperChanges changes) => _fixture.Trees.Apply(changes, Upper, _before!, Root, CancellationToken.None);

    private void Box(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(Upper, path))!);
        File.WriteAllText(Path.Join(Upper, path), content);
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    private void Whiteout(string path)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(Upper, path))!);
        Run("mknod", Path.Join(Upper, path), "c", "0", "0");
    }

    private string Text(string path) => File.ReadAllText(Path.Join(Root, path));

    [Fact]
    public void What_the_user_changed_meanwhile_stays_and_is_named()
    {
        foreach (var file in (string[])["edited", "deleted-by-box", "same", "d/seen"]) _fixture.Write(file, "before");
        File.CreateSymbolicLink(Path.Join(Root, "link"), "before");
        Begin();
        foreach (var file in (string[])["edited", "same", "made-by-both", "gone/x"]) Box(file, "box");
        Directory.CreateDirectory(Path.Join(Upper, "gone"));
        File.CreateSymbolicLink(Path.Join(Upper, "link"), "box");
        Whiteout("deleted-by-box");
        Whiteout("d");
        var changes = Read();
        _fixture.Write("edited", "user");
        _fixture.Write("deleted-by-box", "user");
        _fixture.Write("made-by-both", "user");
        _fixture.Write("d/unseen", "user");
        _fixture.Write("gone", "user");
        File.Delete(Path.Join(Root, "link"));
        File.CreateSymbolicLink(Path.Join(Root, "link"), "user");
        Assert.Equal(["d/unseen", "deleted-by-box", "edited", "gone", "gone/x", "link", "made-by-both"], Apply(changes));
        foreach (var file in (string[])["edited", "deleted-by-box", "made-by-both", "d/unseen", "gone"]) Assert.Equal("user", Text(file));
        Assert.Equal("box", Text("same"));
        Assert.False(File.Exists(Path.Join(Root, "d/seen")));
    }

    [Fact]
    public void What_the_user_changed_but_the_store_holds_gives_way()
    {
        _fixture.Write("file", "before");
        Begin();
        Box("file", "box");
        var changes = Read();
        _fixture.Write("file", "kept elsewhere");
        _fixture.Blobs.Put("kept elsewhere"u8);
        Assert.Empty(Apply(changes));
        Assert.Equal("box", Text("file"));
    }

    [Fact]
    public void A_folder_that_became_a_link_leads_nowhere()
    {
        var outside = _fixture.Folder.Make("outside");
        File.WriteAllText(Path.Join(outside, "x"), "outside");
        _fixture.Write("d/x", "before");
        Begin();
        Box("d/x", "box");
        Box("d/new/y", "box");
        var changes = Read();
        Directory.Delete(Path.Join(Root, "d"), recursive: true);
        File.CreateSymbolicLink(Path.Join(Root, "d"), outside);
        Assert.Equal(["d/new", "d/new/y", "d/x"], Apply(changes));
        Assert.Equal(["x outside"], Directory.EnumerateFiles(outside).Select(file => $"{Path.GetFileName(file)} {File.ReadAllText(file)}"));
    }

    [Fact]
    public void A_box_that_puts_a_link_in_the_place_of_a_folder_changes_only_that()
    {
        var outside = _fixture.Folder.Make("outside");
        _fixture.Write("d/x", "before");
        Begin();
        File.CreateSymbolicLink(Path.Join(Upper, "d"), outside);
        Assert.Empty(Apply(Read()));
        Assert.Equal(outside, new FileInfo(Path.Join(Root, "d")).LinkTarget);
        Assert.Empty(Directory.EnumerateFileSystemEntries(outside));
    }

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/escaped")]
    [InlineData("a/../../escaped")]
    [InlineData("")]
    public void A_record_cannot_name_what_is_outside(string path)
    {
        Begin();
        var entry = new TreeEntry(path, TreeEntryKind.File, 0x1A4, 1, _fixture.Blobs.Put("x"u8), null);
        var changes = new UpperChanges([new TreeChange(TreeChangeKind.Added, path, null, entry)], [], []);
        Assert.Throws<InvalidDataException>(() => Apply(changes));
        Assert.Throws<InvalidDataException>(() => Apply(new UpperChanges([], [new IgnoredChange(path, Deleted: true)], [])));
        Assert.Throws<InvalidDataException>(() => _fixture.Trees.Extract(changes.Recorded, Root, CancellationToken.None));
    }

    [Fact]
    public void Pipes_sockets_devices_repositories_and_bottomless_nests_are_left()
    {
        _fixture.Write(".git/config", "user");
        Begin();
        Run("mkfifo", Path.Join(Upper, "pipe"));
        var devices = Libc.EffectiveUser() == 0 ? (string[])["null"] : [];
        foreach (var device in devices) Run("mknod", Path.Join(Upper, device), "c", "1", "3");
        Box(".git/hooks/post-checkout", "evil");
        Box("sub/.git/config", "evil");
        Box("sub/file", "good");
        Box(string.Join('/', Enumerable.Repeat("n", 300)) + "/file", "deep");
        var changes = Read();
        var left = changes.Left.Select(one => one.Split(": ")[0]).ToList();
        Assert.Equal([".git", string.Join('/', Enumerable.Repeat("n", 257)), .. devices, "pipe", "sub/.git"], left);
        Apply(changes);
        Assert.Equal("good", Text("sub/file"));
        Assert.False(Directory.Exists(Path.Join(Root, ".git/hooks")));
        Assert.False(Directory.Exists(Path.Join(Root, "sub/.git")));
    }

    [Fact]
    public void Nothing_of_a_boxs_powers_comes_out_with_its_files()
    {
        Assert.SkipUnless(Libc.EffectiveUser() == 0, "needs root");
        Run("chown", "1234:2345", Root);
        Begin();
        Box("tool", "x");
        Box("twin", "y");
        Box("cache/tool", "x");
        Box(".gitignore", "cache\n");
        Run("ln", Path.Join(Upper, "twin"), Path.Join(Upper, "other"));
        Run("chmod", "7755", Path.Join(Upper, "tool"), Path.Join(Upper, "cache/tool"), Path.Join(Upper, "cache"));
        Apply(Read());
        Assert.Equal(
            """
            .gitignore 644 1234:2345 1
            cache 1755 1234:2345 2
            cache/tool 755 1234:2345 1
            other 644 1234:2345 1
            tool 755 1234:2345 1
            twin 644 1234:2345 1
            """, string.Join('\n', States()));

        IEnumerable<string> States()
        {
            using var root = Folder.Open(Root);
            foreach (var path in (string[])[".gitignore", "cache", "cache/tool", "other", "tool", "twin"])
            {
                var state = root.Stat(PathBytes.FromText(path))!.Value;
                yield return $"{path} {Convert.ToString(state.Permissions, 8)} {state.User}:{state.Group} {state.Links}";
            }
        }
    }

    [Fact]
    public void An_ignored_output_is_recorded_when_asked_for()
    {
        _fixture.Write(".gitignore", "out/\n*.bin\n");
        _fixture.Write("out/old", "made by hand");
        _fixture.Write("model.bin", "made by hand");
        Begin();
        Box("out/old", "box");
        Box("out/new", "box");
        Box("model.bin", "box");
        Box("other.bin", "box");
        var changes = Read("out/", "./model.bin");
        Assert.Equal(["model.bin", "out", "out/new", "out/old"], changes.Recorded.Select(change => change.Path));
        Assert.Equal([new IgnoredChange("other.bin", Deleted: false)], changes.Ignored);
        Assert.Empty(Apply(changes));
        foreach (var file in (string[])["out/old", "out/new", "model.bin", "other.bin"]) Assert.Equal("box", Text(file));
        // What the user had made by hand is not lost.
        Assert.Equal("made by hand"u8, _fixture.Blobs.Read(changes.Recorded.Single(change => change.Path == "model.bin").Before!.Blob!.Value));
    }

    [Theory]
    [InlineData("../out")]
    [InlineData("/out")]
    public void An_output_outside_the_tree_is_refused(string path)
    {
        Begin();
        Assert.Equal(RefusalKind.Bad, Assert.Throws<RefusalException>(() => Read(path)).Kind);
    }

    [Fact]
    public void Ignored_files_that_came_after_the_box_began_are_not_deleted_with_their_folder()
    {
        _fixture.Write(".gitignore", ".env\ncache/\n");
        _fixture.Write("d/seen", "x");
        _fixture.Write("d/cache/old", "x");
        Begin();
        Whiteout("d");
        _fixture.Write("d/.env", "user");
        _fixture.Write("d/cache/new", "user");
        Assert.Equal(["d/.env", "d/cache/new"], Apply(Read()));
        Assert.Equal("user", Text("d/.env"));
        Assert.False(File.Exists(Path.Join(Root, "d/cache/old")));
    }

    [Fact]
    public void A_copy_with_the_same_bytes_and_mode_is_rewritten_and_with_another_mode_modified()
    {
        _fixture.Write("same", "x");
        _fixture.Write("executable", "x");
        Begin();
        Box("same", "x");
        Box("executable", "x");
        Run("chmod", "755", Path.Join(Upper, "executable"));
        var changes = Read();
        Assert.Equal(TreeChangeKind.Rewritten, changes.Recorded.Single(one => one.Path == "same").Kind);
        var change = changes.Recorded.Single(one => one.Path != "same");
        Assert.Equal(("executable", TreeChangeKind.Modified, 0x1ED), (change.Path, change.Kind, change.After!.Mode));
        Assert.Empty(Apply(changes));
        Assert.Equal((UnixFileMode)0x1ED, File.GetUnixFileMode(Path.Join(Root, "executable")));
    }

    [Theory]
    [InlineData("trusted.overlay.metacopy")]
    [InlineData("trusted.overlay.redirect")]
    public void An_upper_whose_content_is_elsewhere_is_refused(string mark)
    {
        Assert.SkipUnless(Libc.EffectiveUser() == 0, "needs root");
        Begin();
        Box("d/file", "x");
        Attributes.Set(Path.Join(Upper, mark.EndsWith("copy", StringComparison.Ordinal) ? "d/file" : "d"), mark, "y");
        Assert.Contains("redirect_dir=off", Assert.Throws<RefusalException>(() => Read()).Message);
    }

    [Theory]
    [InlineData("trusted")]
    [InlineData("user")]
    public void Whiteouts_and_opaque_folders_in_the_form_of_attributes_count(string space)
    {
        Assert.SkipUnless(space == "user" || Libc.EffectiveUser() == 0, "needs root");
        foreach (var file in (string[])["gone", "opaque/gone", "announced/kept"]) _fixture.Write(file, "x");
        Begin();
        foreach (var file in (string[])["gone", "opaque/new", "announced/new", "empty"]) Box(file, "");
        Attributes.Set(Path.Join(Upper, "gone"), $"{space}.overlay.whiteout", "y");
        Attributes.Set(Path.Join(Upper, "opaque"), $"{space}.overlay.opaque", "y");
        Attributes.Set(Path.Join(Upper, "announced"), $"{space}.overlay.opaque", "x");
        Assert.Equal(
            ["Added announced/new", "Added empty", "Deleted gone", "Deleted opaque/gone", "Added opaque/new"],
            Read().Recorded.Select(change => $"{change.Kind} {change.Path}"));
    }
}
