using Glovebox.Execution;

namespace Glovebox.Tests.Conformance.Suite;

public abstract partial class BackendSuite
{
    [Theory]
    [InlineData("no-such-command")]
    [InlineData("/no/such/command")]
    [InlineData("./no-such-command")]
    public async Task A_missing_command_is_127_and_named(string command)
    {
        var failure = await FailAsync(NewBox().Request(command));
        Assert.Equal(127, failure.ExitCode);
        Assert.Contains($"'{command}'", failure.Message);
    }

    [Fact]
    public async Task A_file_that_is_no_program_is_126()
    {
        var box = NewBox();
        File.WriteAllText(Path.Combine(box.WorkTree, "data"), "x");
        var failure = await FailAsync(InTree(box, box.Request("./data")));
        Assert.Equal(126, failure.ExitCode);
        Assert.Contains("chmod", failure.Message);
    }

    [Fact]
    public async Task A_directory_is_126()
    {
        var failure = await FailAsync(NewBox().Request("/usr"));
        Assert.Equal(126, failure.ExitCode);
    }

    [Fact]
    public async Task A_missing_working_directory_is_125()
    {
        Assert.SkipWhen(Backend.Capabilities.Images, $"The engine behind the backend '{Backend.Name}' makes it.");
        var failure = await FailAsync(NewBox().Shell("true") with { WorkingDirectory = "/no/such/place" });
        Assert.Equal(125, failure.ExitCode);
        Assert.Contains("/no/such/place", failure.Message);
    }

    [Fact]
    public async Task A_script_in_the_working_directory_runs()
    {
        var box = NewBox();
        var script = Path.Combine(box.WorkTree, "run it");
        File.WriteAllText(script, "#!/bin/sh\necho \"$0 $1\"\n");
        File.SetUnixFileMode(script, (UnixFileMode)0x1ed);
        var outcome = await RunAsync(InTree(box, box.Request("./run it", "a b")));
        Assert.Equal(0, outcome.ExitCode);
        Assert.Contains("run it a b", box.Text);
    }

    [Fact]
    public async Task Cancelling_before_the_start_leaves_nothing()
    {
        var box = NewBox();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Backend.StartAsync(box.Shell("true"), new CancellationToken(canceled: true)));
    }

    // The tree at /tree of a box, or as it is where nothing is mounted.
    private static ExecutionRequest InTree(TestBox box, ExecutionRequest request) => request with
    {
        Mounts = [.. request.Mounts, new BindMount(box.WorkTree, "/tree", ReadOnly: false)],
        WorkingDirectory = box.Isolated ? "/tree" : box.WorkTree,
    };
}
