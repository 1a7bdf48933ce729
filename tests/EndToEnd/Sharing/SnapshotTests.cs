namespace Glovebox.Tests.EndToEnd.Sharing;

/// <summary>Snapshots and images on their way.</summary>
public sealed class SnapshotTests : SharedPlace
{
    [Fact]
    public async Task A_snapshot_travels_with_its_content_and_what_was_said_of_it()
    {
        Write("train.py", "print(1)");
        var id = (string)(await RunAsync("snapshot", "create", "-m", "first", "-c", "lr=0.1", "-s", "acc=0.5", "--json")).Exits(0).Json["snapshot"]!["id"]!;
        (await RunAsync("push", Remote)).Exits(0);
        (await ThereAsync("pull", Remote)).Exits(0);
        (await RunAsync("snapshot", "create", "-m", "second", "-c", "lr=0.1")).Exits(0);

        (await RunAsync("push", Remote, id)).Exits(0);
        (await ThereAsync("pull", Remote)).Exits(0);
        (await ThereAsync("pull", Remote)).Exits(0);

        var there = (await ThereAsync("snapshot", "show", id, "--json")).Exits(0).Json;
        Assert.Equal(["first", "second"], there["entries"]!.AsArray().Select(entry => (string?)entry!["message"]));
        Assert.Equal(0.5, (double)there["metrics"]![0]!["values"]!["acc"]!);
        (await ThereAsync("gc")).Exits(0);
        (await ThereAsync("checkout", id, "--to", "out")).Exits(0);
        Assert.Equal("print(1)", File.ReadAllText(Path.Combine(Elsewhere, "out", "train.py")));
    }

    [Fact]
    public async Task A_snapshot_whose_record_was_changed_is_refused()
    {
        Write("train.py", "print(1)");
        var id = (string)(await RunAsync("snapshot", "create", "-m", "first", "-c", "lr=0.1", "--json")).Exits(0).Json["snapshot"]!["id"]!;
        (await RunAsync("push", Remote)).Exits(0);
        var record = Path.Combine(Remote, "snapshot", id + ".json");
        File.WriteAllText(record, File.ReadAllText(record).Replace("\"lr\": 0.1", "\"lr\": 0.2", StringComparison.Ordinal));

        Assert.Contains("not what its id says", (await ThereAsync("pull", Remote)).Exits(2).Error, StringComparison.Ordinal);
        Assert.Empty((await ThereAsync("snapshot", "ls", "--all", "--json")).Exits(0).Json.AsArray());
    }

    [Fact]
    public async Task An_image_travels_by_its_name()
    {
        var root = Directory.CreateDirectory(Path.Combine(Elsewhere, "root", "bin")).Parent!.FullName;
        File.WriteAllText(Path.Combine(root, "bin", "hello"), "hello");
        var tar = Path.Combine(Elsewhere, "root.tar");
        await System.Formats.Tar.TarFile.CreateFromDirectoryAsync(root, tar, includeBaseDirectory: false, TestContext.Current.CancellationToken);
        (await RunAsync("image", "import", tar, "--name", "lab/tools")).Exits(0);
        var here = (await RunAsync("image", "ls", "--json")).Json[0]!;

        (await RunAsync("push", Remote, "lab/tools")).Exits(0);
        (await ThereAsync("pull", Remote, "lab/tools")).Exits(0);

        var there = (await ThereAsync("image", "ls", "--json")).Json[0]!;
        Assert.Equal((string?)here["digest"], (string?)there["digest"]);
        Assert.Equal("lab/tools", (string?)there["names"]![0]);
        Assert.Equal(0, (int)(await ThereAsync("pull", Remote, "lab/tools", "--json")).Json["objects"]!);
    }
}
