using Glovebox.Api.Jobs;

namespace Glovebox.Cli.Tests.Jobs;

public sealed class TaskTests
{
    [Fact]
    public void What_is_not_named_stays_as_it_is()
    {
        var made = After(null, "set", "nightly", "--concurrency", "2", "--keep-finished", "100", "--keep", "30d");
        Assert.Equal(new TaskDefinition(2, false, 100, 30 * 86_400), made.Definition);
        var paused = After(made, "pause", "nightly");
        var changed = After(paused, "set", "nightly", "--keep", "none");
        Assert.Equal((new TaskDefinition(2, true, 100), 3L), (changed.Definition, changed.Version));
        Assert.False(After(changed, "resume", "nightly").Definition.Paused);
    }

    private static JobTask After(JobTask? before, params string[] words)
    {
        using var cli = new Cli();
        cli.Features.Jobs.JobTask = before;
        Assert.Equal(0, cli.Run(["task", .. words]));
        return cli.Features.Jobs.JobTask!;
    }

    [Fact]
    public void Tasks_are_shown_with_their_rules()
    {
        using var cli = new Cli();
        cli.Features.Jobs.JobTask = new JobTask("nightly", new TaskDefinition(2, true, 100, 86_400), default, default, 7, 1);
        Assert.Equal(0, cli.Run("task", "ls", "--grep", "night"));
        Assert.Contains("nightly     7        2   100", cli.Output);
        Assert.Contains("paused", cli.Output);
        using var json = new Cli();
        json.Features.Jobs.JobTask = cli.Features.Jobs.JobTask;
        Assert.Equal(0, json.Run("task", "show", "nightly", "--json"));
        Assert.Contains("\"keepFinished\": 100", json.Output);
    }

    [Theory]
    [InlineData(2, "set", "nightly")]
    [InlineData(2, "set", "nightly", "--concurrency", "0")]
    [InlineData(3, "show", "nothing")]
    public void What_is_wrong_is_refused(int code, params string[] words)
    {
        using var cli = new Cli();
        Assert.Equal(code, cli.Run(["task", .. words]));
    }
}
