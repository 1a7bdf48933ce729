using Glovebox.Backends.Oci.Files;
using Glovebox.Execution;

namespace Glovebox.Tests.Conformance.Files;

public sealed class BoxTreeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("glovebox-tree").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Upper_hides_layers_and_directories_merge()
    {
        Write("low/d/a", "low");
        Write("high/d/a", "high");
        Write("low/d/b", "low");
        Write("up/d/c", "up");
        var tree = Tree();
        Assert.Equal(At("high/d/a"), tree.Resolve("/d/a").HostPath);
        Assert.Equal(At("low/d/b"), tree.Resolve("/d/b").HostPath);
        Assert.Equal(At("up/d/c"), tree.Resolve("/d/c").HostPath);
        Assert.Equal(BoxEntryKind.Missing, tree.Resolve("/d/x").Kind);
        Assert.Equal(BoxEntryKind.NotInDirectory, tree.Resolve("/d/a/b").Kind);
    }

    [Fact]
    public void Links_stay_in_the_box()
    {
        Write("low/usr/bin/tool", "x");
        Link("low/bin", "usr/bin");
        Link("low/usr/abs", "/bin/tool");
        Link("low/usr/out", "../../../../../bin/tool");
        Link("low/loop", "loop");
        var tree = Tree();
        Assert.Equal("/usr/bin/tool", tree.Resolve("/bin/tool").Path);
        Assert.Equal("/usr/bin/tool", tree.Resolve("/usr/abs").Path);
        Assert.Equal("/usr/bin/tool", tree.Resolve("/usr/out").Path);
        Assert.Equal(BoxEntryKind.Loop, tree.Resolve("/loop").Kind);
        Assert.Equal("/bin/none/x", tree.Resolve("/bin/none/x").Path.Replace("/usr", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Later_mounts_hide_earlier_ones()
    {
        Write("host/file", "x");
        Write("other/deep/file", "x");
        Directory.CreateDirectory(At("low/data"));
        var tree = Tree();
        tree.Add(new BindMount(At("host"), "/data/deep", ReadOnly: true));
        Assert.Equal(At("host/file"), tree.Resolve("/data/deep/file").HostPath);
        tree.Add(new BindMount(At("other"), "/data", ReadOnly: true));
        Assert.Equal(At("other/deep/file"), tree.Resolve("/data/deep/file").HostPath);
        tree.Add(new TmpfsMount("/data", 4096));
        Assert.Equal(BoxEntryKind.Missing, tree.Resolve("/data/deep/file").Kind);
        Assert.True(tree.Resolve("/data/deep/file").InMount);
    }

    [Fact]
    public void A_whiteout_removes_what_is_below()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root makes whiteouts.");
        Write("low/gone", "x");
        Directory.CreateDirectory(At("up"));
        using var made = System.Diagnostics.Process.Start("mknod", [At("up/gone"), "c", "0", "0"]);
        made.WaitForExit();
        Assert.Equal(BoxEntryKind.Missing, Tree().Resolve("/gone").Kind);
    }

    private BoxTree Tree()
    {
        foreach (var name in (string[])["low", "high", "up", "skeleton"]) Directory.CreateDirectory(At(name));
        return new BoxTree(new RootFileSystem([At("low"), At("high")], At("up"), At("work")), At("skeleton"));
    }

    private string At(string path) => Path.Combine(_root, path);

    private void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.WriteAllText(At(path), text);
    }

    private void Link(string path, string target)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
        File.CreateSymbolicLink(At(path), target);
    }
}
