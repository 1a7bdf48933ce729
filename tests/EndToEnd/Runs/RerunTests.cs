using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Runs;

/// <summary>A run, again.</summary>
public sealed class RerunTests : Place
{
    [Fact]
    public async Task The_recorded_tree_is_used_and_the_working_tree_is_not_touched()
    {
        Write("data.txt", "old");
        var id = await IdOfAsync("cat data.txt; cp data.txt out.txt");
        Write("data.txt", "edited");
        Write("script.sh", "echo something else");
        File.Delete(Path.Combine(Project, "out.txt"));

        var again = (await RunAsync("rerun", id)).Exits(0);

        Assert.Equal("old", again.Output);
        Assert.Equal("edited", Read("data.txt"));
        Assert.False(Has("out.txt"));
        var run = (await RunAsync("runs", "ls", "--json")).Json[0]!;
        Assert.Equal(id, (string?)run["rerunOf"]);
        Assert.Equal("out.txt", (string?)run["outputs"]![0]!["path"]);
    }

    [Fact]
    public async Task Verify_says_equal_and_exits_0()
    {
        var id = await IdOfAsync("echo same > a; mkdir d; echo also > d/b");

        var ended = (await RunAsync("rerun", id, "--verify")).Exits(0);

        Assert.Matches("equal +a\n", ended.Output + ended.Error);
        Assert.Matches("equal +d/b\n", ended.Output + ended.Error);
    }

    [Fact]
    public async Task Verify_says_different_and_exits_1()
    {
        var id = await IdOfAsync("echo same > a; date +%s%N > b");

        var ended = (await RunAsync("rerun", id, "--verify")).Exits(1);

        Assert.Matches("equal +a\n", ended.Output + ended.Error);
        Assert.Matches("different +b\n", ended.Output + ended.Error);
    }

    [Fact]
    public async Task A_parameter_can_be_changed()
    {
        Write("p.sh", "echo $1 $(cat $GLOVEBOX_PARAMS)");
        var first = (await RunAsync("run", "--json", "-p", "lr=0.1", "-p", "n=5", "p.sh", "{lr}")).Json;

        var again = (await RunAsync("rerun", (string)first["id"]!, "-p", "lr=0.5")).Exits(0);

        Assert.Equal("0.5 {\"lr\":0.5,\"n\":5}\n", again.Output);
    }

    [Fact]
    public async Task Secrets_must_be_given_again()
    {
        Write("s.sh", "echo $TOKEN");
        var first = (await Glovebox.RunAsync(Project, ["run", "--json", "--secret", "TOKEN", "s.sh"], variables: new() { ["TOKEN"] = "abc" })).Json;
        var id = (string)first["id"]!;

        Assert.Contains("TOKEN", (await RunAsync("rerun", id)).Exits(2).Error, StringComparison.Ordinal);
        Assert.Equal("abc\n", (await Glovebox.RunAsync(Project, ["rerun", "--secret", "TOKEN", id], variables: new() { ["TOKEN"] = "abc" })).Exits(0).Output);
    }

    [Fact]
    public async Task A_damaged_blob_is_named_and_never_restored()
    {
        Write("data.txt", "precious");
        var id = await IdOfAsync("cat data.txt");
        var hash = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Bytes("precious")));
        var blob = Directory.EnumerateFiles(Path.Combine(Glovebox.Home, "blobs"), hash, SearchOption.AllDirectories).Single();
        File.SetUnixFileMode(blob, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        await File.WriteAllTextAsync(blob, "preciouz", TestContext.Current.CancellationToken);

        var ended = (await RunAsync("rerun", id)).Exits(125);

        Assert.Contains(hash, ended.Error, StringComparison.Ordinal);
        Assert.Empty(ended.Output);
    }
}
