using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Experiments.Comparing;

namespace Glovebox.Tests.Experiments;

public sealed class RunComparerTests
{
    private static readonly Run[] Runs =
    [
        Sample("aaaa00000001", 0.5, new JsonObject { ["loss"] = 0.3 }),
        Sample("bbbb00000002", 2, new JsonObject { ["loss"] = "NaN" }),
        Sample("cccc00000003", 1, new JsonObject { ["loss"] = 0.9 }),
        Sample("dddd00000004", 1, []),
    ];

    [Theory]
    [InlineData("metrics.loss", "cabd")]
    [InlineData("metrics.loss:asc", "acbd")]
    [InlineData("params.C", "acdb")]
    [InlineData("params.C:desc", "bcda")]
    [InlineData(null, "abcd")]
    public void Rows_are_sorted_and_what_is_no_number_comes_last(string? sort, string order) =>
        Assert.Equal(order, string.Concat(RunComparer.Compare(Runs, sort, onlyChanged: false).Runs.Select(row => row.Id[0])));

    [Fact]
    public void Only_what_differs_is_shown_and_nothing_twice()
    {
        Assert.Equal(["params.C", "config.model", "metrics.loss"], RunComparer.Compare(Runs, null, onlyChanged: true).Columns);
        Assert.Contains("config.C", RunComparer.Compare(Runs, null, onlyChanged: false).Columns);
    }

    [Fact]
    public void A_column_that_is_not_there_is_refused_with_the_nearest()
    {
        var refusal = Assert.Throws<RefusalException>(() => RunComparer.Compare(Runs, "metrics.los", onlyChanged: false));

        Assert.Contains("metrics.loss", refusal.Message, StringComparison.Ordinal);
    }

    private static Run Sample(string id, double c, JsonObject metrics) => new()
    {
        Id = id,
        Status = ExecutionState.Succeeded,
        Command = ["train.py"],
        Argv = ["python3", "train.py"],
        Params = new JsonObject { ["C"] = c },
        Config = new JsonObject { ["C"] = c, ["model"] = id },
        Metrics = metrics,
        Environment = new RunEnvironment("train", "sha256:1"),
        Image = "sha256:2",
        Backend = "oci",
        Project = "/project",
        Tree = "3",
        StartedAt = DateTimeOffset.UnixEpoch.AddSeconds(id[0]),
        DurationSeconds = 1,
        Host = new RunHost("h", "k", "x64", "c", 2, 1, []),
    };
}
