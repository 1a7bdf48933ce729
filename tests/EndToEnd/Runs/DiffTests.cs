using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Runs;

/// <summary>What changed between two runs: each single change is found, and nothing else.</summary>
public sealed class DiffTests : Place
{
    [Fact]
    public async Task Equal_runs_do_not_differ()
    {
        var (a, b) = (await IdOfAsync("true"), await IdOfAsync("true"));

        Assert.Empty(await SectionsAsync(a, b));
    }

    [Fact]
    public async Task A_changed_parameter_is_found()
    {
        var (a, b) = (await IdOfAsync("true", "-p", "lr=0.1"), await IdOfAsync("true", "-p", "lr=0.2"));

        var sections = await SectionsAsync(a, b);

        Assert.Equal(["params"], sections.Select(s => (string)s!["name"]!));
        var item = sections[0]!["items"]![0]!;
        Assert.Equal(("lr", "0.1", "0.2"), ((string)item["name"]!, (string)item["a"]!, (string)item["b"]!));
    }

    [Fact]
    public async Task A_changed_variable_is_found()
    {
        var (a, b) = (await IdOfAsync("true"), await IdOfAsync("true", "--set-env", "MODE=fast"));

        Assert.Equal(["variables"], (await SectionsAsync(a, b)).Select(s => (string)s!["name"]!));
    }

    [Fact]
    public async Task Changed_code_is_a_patch_that_git_applies()
    {
        Write("model.py", "a = 1\nb = 2\n");
        var a = await IdOfAsync("true");
        Write("model.py", "a = 1\nb = 3\n");
        var b = await IdOfAsync("true");

        var sections = await SectionsAsync(a, b);

        Assert.Equal(["code"], sections.Select(s => (string)s!["name"]!));
        Assert.Equal("--- a/model.py\n+++ b/model.py\n@@ -1,2 +1,2 @@\n a = 1\n-b = 2\n+b = 3\n", (string?)sections[0]!["items"]![0]!["patch"]);
    }

    [Fact]
    public async Task Changed_outputs_metrics_and_outcome_are_found()
    {
        var a = await IdOfAsync("echo '{\"accuracy\": 0.5}' > metrics.json");
        File.Delete(Path.Combine(Project, "metrics.json"));
        var b = await IdOfAsync("echo '{\"accuracy\": 0.7}' > metrics.json; exit 1");

        var names = (await SectionsAsync(a, b)).Select(s => (string)s!["name"]!).ToList();

        Assert.Contains("outputs", names);
        Assert.Contains("outcome", names);
        var text = (await RunAsync("runs", "diff", a, b)).Exits(0).Output;
        Assert.Contains("metrics.accuracy", text, StringComparison.Ordinal);
    }

    private async Task<JsonArray> SectionsAsync(string a, string b) =>
        (JsonArray)(await RunAsync("runs", "diff", a, b, "--json")).Exits(0).Json["sections"]!;
}
