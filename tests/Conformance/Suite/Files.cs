using Glovebox.Api.Execution;
using Glovebox.Execution;

namespace Glovebox.Tests.Conformance.Suite;

public abstract partial class BackendSuite
{
    [Fact]
    public async Task A_missing_layer_is_125_and_named()
    {
        Needs(c => c.Isolation, "isolation");
        NeedsRoot();
        var box = NewBox();
        var failure = await FailAsync(box.Shell("true") with { Root = new RootFileSystem([box.Layer, "/no/such/layer"]) });
        Assert.Equal(125, failure.ExitCode);
        Assert.Contains("/no/such/layer", failure.Message);
    }

    [Fact]
    public async Task A_root_without_an_upper_directory_is_read_only()
    {
        Needs(c => c.Isolation, "isolation");
        NeedsRoot();
        var box = NewBox();
        var outcome = await RunAsync(box.Shell("echo x > /file || mkdir /dir || echo x > /usr/file"));
        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Equal(["bin", "lib", "lib64", "sbin"], Directory.EnumerateFileSystemEntries(box.Layer).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task The_upper_directory_holds_what_was_written_and_nothing_else()
    {
        Needs(c => c.Overlay, "overlay");
        var box = NewBox();
        File.WriteAllText(Path.Combine(box.Layer, "old"), "old");
        File.WriteAllText(Path.Combine(box.Layer, "gone"), "gone");
        var request = box.Shell("echo new > /new; echo more >> /old; rm /gone; mkdir /d; echo x > /d/y") with
        {
            Root = new RootFileSystem([box.Layer], box.Upper, box.Work),
        };
        Assert.Equal(0, (await RunAsync(request)).ExitCode);
        Assert.Equal(["d", "gone", "new", "old"], Directory.EnumerateFileSystemEntries(box.Upper).Select(Path.GetFileName).Order());
        Assert.Equal("oldmore\n", File.ReadAllText(Path.Combine(box.Upper, "old")));
        Assert.Equal("old", File.ReadAllText(Path.Combine(box.Layer, "old")));
        Assert.True(File.Exists(Path.Combine(box.Layer, "gone")));
    }

    [Fact]
    public async Task A_tree_is_overlaid_and_stays_untouched()
    {
        Needs(c => c.Overlay, "overlay");
        var box = NewBox();
        File.WriteAllText(Path.Combine(box.WorkTree, "in put"), "1");
        var (upper, work) = (box.Make("tree upper,with:odd\\names"), box.Make("tree work,with:odd\\names"));
        var request = box.Shell("cat 'in put'; echo 2 > 'in put'; echo 3 > out");
        request = request with
        {
            Mounts = [.. request.Mounts, new OverlayMount(box.WorkTree, upper, work, "/home/me/project")],
            WorkingDirectory = "/home/me/project",
        };
        Assert.Equal(0, (await RunAsync(request)).ExitCode);
        Assert.Equal("1", box.Text);
        Assert.Equal("1", File.ReadAllText(Path.Combine(box.WorkTree, "in put")));
        Assert.Equal("3\n", File.ReadAllText(Path.Combine(upper, "out")));
        Assert.Equal("2\n", File.ReadAllText(Path.Combine(upper, "in put")));
    }

    [Fact]
    public async Task Many_layers_are_stacked_in_order()
    {
        Needs(c => c.Overlay, "overlay");
        var box = NewBox();
        var layers = new List<string> { box.Layer };
        for (var i = 0; i < 120; i++)
        {
            layers.Add(box.Make($"layer {i} {new string('x', 100)}"));
            File.WriteAllText(Path.Combine(layers[^1], "last"), $"{i}");
        }
        await RunAsync(box.Request("cat", "/last") with { Root = new RootFileSystem(layers) });
        Assert.Equal("119", box.Text);
    }

    [Fact]
    public async Task A_read_only_mount_cannot_be_written_and_its_target_need_not_exist()
    {
        Needs(c => c.Isolation, "isolation");
        var box = NewBox();
        var file = Path.Combine(box.WorkTree, "secret");
        File.WriteAllText(file, "s");
        var request = box.Shell("cat /deep/in/here/secret; echo x > /deep/in/here/secret; echo x > /data/secret; echo x > /rw/new");
        request = request with
        {
            Mounts =
            [
                .. request.Mounts, new BindMount(file, "/deep/in/here/secret", ReadOnly: true),
                new BindMount(box.WorkTree, "/data", ReadOnly: true), new BindMount(box.Make("rw"), "/rw", ReadOnly: false),
            ],
        };
        Assert.Equal(0, (await RunAsync(request)).ExitCode);
        Assert.Equal("s", box.Text);
        Assert.Equal("s", File.ReadAllText(file));
        Assert.True(File.Exists(Path.Combine(box.Root, "rw", "new")));
        Assert.False(Directory.Exists(Path.Combine(box.Layer, "deep")));
    }

    [Fact]
    public async Task A_box_that_writes_too_much_is_out_of_disk()
    {
        Needs(c => c.Overlay, "overlay");
        const long limit = 8 << 20;
        var box = NewBox();
        var request = box.Shell("i=0; while :; do head -c 1048576 /dev/zero > /big$i; i=$((i+1)); done") with
        {
            Root = new RootFileSystem([box.Layer], box.Upper, box.Work),
            CountedDirectories = [box.Upper],
            Limits = new Limits(DiskBytes: limit),
        };
        var outcome = await RunAsync(request);
        Assert.Equal(FailureClass.OutOfDisk, outcome.Failure);
        Assert.Contains("8 MiB", outcome.Message);
    }

    [Fact]
    public async Task One_file_larger_than_the_disk_limit_is_out_of_disk()
    {
        Needs(c => c.Overlay, "overlay");
        const long limit = 4 << 20;
        var box = NewBox();
        var request = box.Shell("head -c 100000000 /dev/zero > /big") with
        {
            Root = new RootFileSystem([box.Layer], box.Upper, box.Work),
            CountedDirectories = [box.Upper],
            Limits = new Limits(DiskBytes: limit),
        };
        var outcome = await RunAsync(request);
        Assert.Equal(FailureClass.OutOfDisk, outcome.Failure);
        Assert.InRange(new FileInfo(Path.Combine(box.Upper, "big")).Length, 0, limit);
    }
}
