using Glovebox.Api;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Tests;

public sealed class FailuresTests
{
    [Theory]
    [InlineData(RefusalKind.Bad, 2)]
    [InlineData(RefusalKind.NotFound, 3)]
    [InlineData(RefusalKind.Conflict, 4)]
    [InlineData(RefusalKind.Unable, 125)]
    public void A_refusal_has_its_code_and_its_words_alone(RefusalKind kind, int code) =>
        Assert.Equal((code, "what and why"), Failures.Describe(new RefusalException(kind, "what and why"), null));

    [Fact]
    public void Cancelled_says_which_signal_came()
    {
        Assert.Equal(130, Failures.Describe(new OperationCanceledException(), null).Code);
        Assert.Equal(143, Failures.Describe(new TaskCanceledException(), 143).Code);
    }

    [Fact]
    public void A_full_disk_names_the_mend()
    {
        var (code, message) = Failures.Describe(new IOException("No space left on device : '/x/y'", 28), null);
        Assert.Equal(125, code);
        Assert.StartsWith("disk full", message);
        Assert.Contains("/x/y", message);
        Assert.Contains("glovebox gc", message);
    }

    [Theory]
    [InlineData(30)]
    [InlineData(13)]
    public void A_home_that_cannot_be_written_names_the_variable(int errno)
    {
        Assert.Contains("GLOVEBOX_HOME", Failures.Describe(new IOException("Read-only file system : '/x'", errno), null).Message);
        Assert.Contains("GLOVEBOX_HOME", Failures.Describe(new UnauthorizedAccessException("Access to '/x' is denied."), null).Message);
    }

    [Fact]
    public void Anything_else_is_a_bug_and_shows_its_stack()
    {
        var (code, message) = Failures.Describe(new InvalidOperationException("odd"), null);
        Assert.Equal(70, code);
        Assert.Contains("this is a bug", message);
        Assert.Contains(nameof(InvalidOperationException), message);
    }

    [Fact]
    public void A_reader_that_went_away_is_no_failure_to_talk_about() =>
        Assert.Equal((141, (string?)null), Failures.Describe(new BrokenPipeException(), null));

    [Fact]
    public void Several_failures_of_one_cause_are_that_cause() =>
        Assert.Equal(3, Failures.Describe(new AggregateException(RefusalException.NotFound("x")), null).Code);
}
