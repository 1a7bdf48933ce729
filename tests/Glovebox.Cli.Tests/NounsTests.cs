using System.Text.Json.Nodes;
using Glovebox.Api.Doctor;
using Glovebox.Api.Environments;
using Glovebox.Api.Storage;

namespace Glovebox.Cli.Tests;

/// <summary>The verbs of env, image, gc and doctor.</summary>
public sealed class NounsTests
{
    [Theory]
    [InlineData("env ls", "train  debian:bookworm  yes    900 MiB  sha256:d1  glovebox.yaml")]
    [InlineData("env show", "python3  3.11.2-1")]
    [InlineData("env build train", "train  sha256:i1  900 MiB")]
    [InlineData("env lock", "/here/glovebox.lock")]
    [InlineData("env export -o x.tar", "/here/x.tar")]
    [InlineData("env rm train", "train")]
    [InlineData("image ls", "mine   sha256:abc       2  3.0 MiB  28 d ago")]
    [InlineData("image import x.tar --name mine", "mine  sha256:abc  3.0 MiB")]
    [InlineData("image rm mine --force", "mine")]
    [InlineData("gc --dry-run", "would free 5.0 MiB")]
    [InlineData("gc", "freed 5.0 MiB")]
    public void A_verb_prints_what_it_did(string line, string expected)
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(line.Split(' ')));
        Assert.Contains(expected, cli.Output);
        Assert.Equal("", cli.Error);
    }

    [Theory]
    [InlineData("env ls --json", true)]
    [InlineData("env show --json", false)]
    [InlineData("env build --json", false)]
    [InlineData("image ls --json", true)]
    [InlineData("image import x --name y --json", false)]
    [InlineData("gc --json", false)]
    [InlineData("runs diff aaaa bbbb --json", false)]
    [InlineData("runs show 3fa2 --json", false)]
    [InlineData("runs outputs 3fa2 --json", true)]
    [InlineData("rerun 3fa2 --json", false)]
    [InlineData("doctor --json", true)]
    public void Json_is_an_object_for_one_thing_and_an_array_for_a_list(string line, bool array)
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(line.Split(' ')));
        Assert.Equal(array, JsonNode.Parse(cli.Output) is JsonArray);
        Assert.EndsWith("\n", cli.Output);
    }

    [Fact]
    public void Paths_are_seen_from_where_the_user_stands()
    {
        using var cli = new Cli();
        cli.Run("image", "import", "../x.tar", "--name", "n");
        cli.Run("env", "export", "-o", "y.tar");
        Assert.Equal(("/x.tar", "/here/y.tar"), (cli.Features.Images.Imported, cli.Features.Environments.Exported));
    }

    [Theory]
    [InlineData("env build train --tag lab/iris", "sha256:i1")]
    [InlineData("image tag iris lab/iris", "iris")]
    public void An_image_gets_a_name(string line, string image)
    {
        using var cli = new Cli();
        Assert.Equal(0, cli.Run(line.Split(' ')));
        Assert.Equal([(image, "lab/iris")], cli.Features.Images.Tagged);
    }

    [Fact]
    public void Gc_passes_its_rules_on()
    {
        using var cli = new Cli();
        cli.Run("gc", "--dry-run", "--keep-runs", "10", "--older-than", "90d");
        Assert.Equal(new GcRequest(true, 10, TimeSpan.FromDays(90)), cli.Features.Garbage.Request);
    }

    [Theory]
    [InlineData(CheckStatus.Ok, 0)]
    [InlineData(CheckStatus.Warn, 0)]
    [InlineData(CheckStatus.Fail, 1)]
    public void Doctor_ends_with_1_when_a_check_failed(CheckStatus status, int code)
    {
        using var cli = new Cli();
        cli.Features.Checks.Add(new FakeCheck(new CheckResult("overlay", status, "what was found", "do this")));
        Assert.Equal(code, cli.Run("doctor"));
        Assert.Contains("overlay  what was found", cli.Output);
        Assert.Contains("mend: do this", cli.Output);
    }

    [Fact]
    public void Progress_is_plain_lines_where_there_is_no_terminal()
    {
        using var cli = new Cli();
        cli.Features.Environments.Work = progress =>
        {
            progress.Report(new BuildProgress("base: debian:bookworm"));
            cli.Clock.Advance(TimeSpan.FromSeconds(31));
            progress.Report(new BuildProgress("base: debian:bookworm", 5, 10));
            progress.Report(new BuildProgress("base: debian:bookworm", Finished: true));
        };
        Assert.Equal(0, cli.Run("env", "build"));
        Assert.Equal("glovebox: base: debian:bookworm …\nglovebox: base: debian:bookworm: done in 31.0 s\n", cli.Error);
    }

    [Fact]
    public void Progress_on_a_terminal_is_a_live_line_that_leaves_one_line_a_step()
    {
        using var cli = new Cli { Width = 60 };
        cli.Features.Environments.Work = progress =>
        {
            progress.Report(new BuildProgress("apt", 0, 4));
            progress.Report(new BuildProgress("apt", 1, 4));
            cli.Clock.Advance(TimeSpan.FromSeconds(5));
            progress.Report(new BuildProgress("apt", Finished: true, Elapsed: TimeSpan.FromSeconds(6)));
            cli.Clock.Advance(TimeSpan.FromSeconds(5));
        };
        Assert.Equal(0, cli.Run("env", "build"));
        Assert.Equal("\r\e[Kapt  25 %  5.0 s\r\e[Kglovebox: apt: done in 6.0 s\n", cli.Error);
    }

    private sealed class FakeCheck(CheckResult result) : ICheck
    {
        public Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<CheckResult>>([result]);
    }
}
