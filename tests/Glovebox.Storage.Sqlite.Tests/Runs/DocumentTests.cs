using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Execution;
using Glovebox.Storage.Sql;
using Glovebox.Storage.Sqlite.Runs;

namespace Glovebox.Tests.Storage.Sqlite.Runs;

/// <summary>What is written by hand is what the serializer would write, so that a new field cannot be forgotten.</summary>
public sealed class DocumentTests
{
    internal static readonly Run Full = new()
    {
        Id = "0123456789ab",
        Status = ExecutionState.TimedOut,
        FailureClass = FailureClass.Timeout,
        ExitCode = 124,
        Error = "naïve \"quoted\"\n",
        Command = ["a", "{b}"],
        Argv = ["sh", "a"],
        Params = new JsonObject { ["x"] = 1, ["y"] = new JsonArray(1, "z") },
        Metrics = new JsonObject { ["m.n"] = 0.5 },
        Environment = new RunEnvironment("train", "sha256:1"),
        Image = "sha256:2",
        Backend = "oci",
        Variables = new Dictionary<string, string> { ["A"] = "1" },
        Secrets = ["S"],
        Network = NetworkMode.Host,
        Live = true,
        Gpu = true,
        Limits = new RunLimits(1, 1.5, 2, 3, 4.5),
        Project = "/p",
        WorkingDirectory = "w",
        Tree = "t",
        TreeAfter = "u",
        StartedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.FromHours(2)),
        DurationSeconds = 1.25,
        Usage = new ResourceUsage(0.5, 1 << 20),
        DeclaredOutputs = ["o"],
        Outputs = [new RunOutput("o", "added", "file", 3, "abc"), new RunOutput("d", "deleted", "file", 0, null)],
        Applied = true,
        NotApplied = ["n"],
        StdoutBytes = 1,
        StderrBytes = 2,
        Git = new RunGit("c", null, true),
        Host = new RunHost("h", "k", "x64", "c", 2, 3, ["g"]),
        Message = "m",
        Tags = ["t"],
        RerunOf = "r",
        Config = new JsonObject { ["c.d"] = "e" },
        Series = "b",
        Aside = true,
        Sweep = "s",
    };

    public static TheoryData<Run> Samples => new(
        Full, Full with { FailureClass = null, ExitCode = null, Error = null, Usage = null, Git = null, TreeAfter = null, DurationSeconds = null, RerunOf = null, Message = null });

    [Theory]
    [MemberData(nameof(Samples), DisableDiscoveryEnumeration = true)]
    public void A_run_is_written_as_the_serializer_writes_it(Run run) =>
        Assert.Equal(JsonSerializer.Serialize(run, StoreJson.Default.Run), RunDocument.Write(run));

    [Theory]
    [MemberData(nameof(Samples), DisableDiscoveryEnumeration = true)]
    public void A_run_is_read_as_the_serializer_reads_it(Run run)
    {
        var document = RunDocument.Write(run);
        var read = RunReading.Read(document);
        Assert.Equal(document, JsonSerializer.Serialize(read, StoreJson.Default.Run));
        Assert.Equal(JsonSerializer.Deserialize(document, StoreJson.Default.Run)!.StartedAt, read.StartedAt);
    }

    [Fact]
    public void What_an_older_record_lacks_has_its_default()
    {
        var whole = JsonNode.Parse(RunDocument.Write(Full))!.AsObject();
        string[] needed = ["id", "status", "command", "argv", "environment", "image", "backend", "project", "tree", "host"];
        foreach (var name in whole.Select(member => member.Key).Except(needed).ToList()) whole.Remove(name);
        var old = RunReading.Read(whole.ToJsonString());
        Assert.Equal((Full.Id, Full.Status, Full.Host.Name), (old.Id, old.Status, old.Host.Name));
        Assert.Equal((0, 0, 0, 0, 0), (old.Params.Count, old.Metrics.Count, old.Config.Count, old.Tags.Count, old.Outputs.Count));
        Assert.Equal((null, null, "", false), (old.ExitCode, old.Limits.MemoryBytes, old.WorkingDirectory, old.Aside));
        foreach (var name in needed)
        {
            var damaged = whole.DeepClone().AsObject();
            damaged.Remove(name);
            Assert.ThrowsAny<JsonException>(() => RunReading.Read(damaged.ToJsonString()));
        }
    }

    [Fact]
    public void A_handle_is_read_as_it_was_written()
    {
        var handle = new InstanceHandle("oci", "run-1", "/s \"x\"", Detached: true);

        Assert.Equal(handle, HandleDocument.Read(HandleDocument.Write(handle)));
    }
}
