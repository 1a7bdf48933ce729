using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Run;

/// <summary>What a run does to the working tree.</summary>
public sealed class TreeTests : Place
{
    [Fact]
    public async Task Writes_are_applied_when_the_run_succeeds()
    {
        Write("old.txt", "old");
        Write("gone.txt", "gone");
        Write("dir/moved.txt", "moved");

        var run = await RecordAsync("echo new > new.txt; echo changed > old.txt; rm gone.txt; mv dir/moved.txt dir/there.txt; mkdir empty; ln -s new.txt link");

        Assert.Equal("succeeded", (string?)run["status"]);
        Assert.True((bool)run["applied"]!);
        Assert.Equal("new\n", Read("new.txt"));
        Assert.Equal("changed\n", Read("old.txt"));
        Assert.Equal("moved", Read("dir/there.txt"));
        Assert.False(Has("gone.txt") || Has("dir/moved.txt"));
        Assert.True(Directory.Exists(Path.Combine(Project, "empty")));
        Assert.Equal("new.txt", new FileInfo(Path.Combine(Project, "link")).LinkTarget);
        var outputs = run["outputs"]!.AsArray().ToDictionary(o => (string)o!["path"]!, o => (string)o!["change"]!);
        Assert.Equal("added", outputs["new.txt"]);
        Assert.Equal("modified", outputs["old.txt"]);
        Assert.Equal("deleted", outputs["gone.txt"]);
        Assert.Equal("deleted", outputs["dir/moved.txt"]);
        Assert.Equal("added", outputs["dir/there.txt"]);
    }

    [Fact]
    public async Task A_failed_run_leaves_the_tree_as_it_was_and_its_writes_in_the_record()
    {
        Write("old.txt", "old");

        var run = await RecordAsync("echo new > new.txt; echo changed > old.txt; exit 3");

        Assert.Equal("failed", (string?)run["status"]);
        Assert.Equal("exit_code", (string?)run["failureClass"]);
        Assert.Equal(3, (int)run["exitCode"]!);
        Assert.Equal("old", Read("old.txt"));
        Assert.False(Has("new.txt"));

        var to = Path.Combine(Elsewhere, "out");
        (await RunAsync("runs", "outputs", (string)run["id"]!, "--to", to)).Exits(0);
        Assert.Equal("new\n", await File.ReadAllTextAsync(Path.Combine(to, "new.txt"), TestContext.Current.CancellationToken));
        Assert.Equal("changed\n", await File.ReadAllTextAsync(Path.Combine(to, "old.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Ignored_files_are_seen_and_applied_but_not_recorded()
    {
        Write(".gitignore", "cache/\n");
        Write(".gloveboxignore", "*.tmp\n");
        Write("cache/warm", "warm");

        var run = await RecordAsync("cat cache/warm; echo hot > cache/warm; echo x > a.tmp; echo y > kept");

        Assert.Equal(["kept"], run["outputs"]!.AsArray().Select(o => (string)o!["path"]!));
        Assert.Equal("hot\n", Read("cache/warm"));
        Assert.Equal("x\n", Read("a.tmp"));
    }

    [Fact]
    public async Task An_ignored_output_that_was_asked_for_is_recorded()
    {
        Write(".gitignore", "models/\n");

        var run = await RecordAsync("mkdir models; echo m > models/m", "-o", "models");

        Assert.Contains("models/m", run["outputs"]!.AsArray().Select(o => (string)o!["path"]!));
    }

    [Fact]
    public async Task An_output_that_was_asked_for_and_not_written_fails_the_run()
    {
        var run = await RecordAsync("echo x > other", "--output", "model.pkl");

        Assert.Equal("failed", (string?)run["status"]);
        Assert.Equal("missing_output", (string?)run["failureClass"]);
        Assert.Contains("model.pkl", (string?)run["error"], StringComparison.Ordinal);
        Assert.False(Has("other"));
    }

    [Fact]
    public async Task A_file_written_again_with_the_same_bytes_is_an_output_too()
    {
        Write("a.txt", "same\n");

        var run = await RecordAsync("echo same > a.txt");

        Assert.Equal("rewritten", (string?)Assert.Single(run["outputs"]!.AsArray())!["change"]);
    }

    [Fact]
    public async Task Live_writes_at_once_and_still_records()
    {
        var run = await RecordAsync("echo x > new; exit 1", "--live");

        Assert.Equal("x\n", Read("new"));
        Assert.Equal("failed", (string?)run["status"]);
        Assert.Contains("new", run["outputs"]!.AsArray().Select(o => (string)o!["path"]!));
    }

    [Fact]
    public async Task Work_that_the_user_saved_meanwhile_is_not_overwritten()
    {
        Write("notes.txt", "before");
        Write("slow.sh", "echo ready; read x; echo from the box > notes.txt; echo y > other");
        using var process = Glovebox.Start(Project, ["run", "slow.sh"]);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        Write("notes.txt", "the user's own");
        await process.StandardInput.WriteLineAsync("go");
        process.StandardInput.Close();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(0, process.ExitCode);
        Assert.Equal("the user's own", Read("notes.txt"));
        Assert.Equal("y\n", Read("other"));
        var run = (await RunAsync("runs", "ls", "--json")).Json[0]!;
        Assert.Contains("notes.txt", run["notApplied"]!.AsArray().Select(n => (string)n!).First(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_repositorys_own_folder_is_read_only_in_the_box()
    {
        Write(".git/config", "[core]\n");

        var run = await RecordAsync("cat .git/config && mkdir -p .git/hooks && echo evil > .git/hooks/post-commit");

        Assert.Equal("failed", (string?)run["status"]);
        Assert.False(Has(".git/hooks/post-commit"));
    }

    [Fact]
    public async Task Native_runs_on_the_host_itself_and_says_so()
    {
        Write("script.sh", "pwd; echo x > new");

        var ended = (await RunAsync("run", "--backend", "native", "script.sh")).Exits(0);

        Assert.Equal(Project + "\n", ended.Output);
        Assert.Equal("x\n", Read("new"));
        var run = (await RunAsync("runs", "ls", "--json")).Json[0]!;
        Assert.Equal("native", (string?)run["backend"]);
        Assert.Contains("new", run["outputs"]!.AsArray().Select(o => (string)o!["path"]!));
    }
}
