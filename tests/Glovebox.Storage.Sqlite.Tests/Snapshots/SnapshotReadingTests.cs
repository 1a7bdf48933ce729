using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api.Snapshots;
using Glovebox.Storage.Sqlite.Runs;
using Glovebox.Storage.Sqlite.Snapshots;

namespace Glovebox.Tests.Storage.Sqlite.Snapshots;

/// <summary>What is read by hand is what the serializer would read, so that a new field cannot be forgotten.</summary>
public sealed class SnapshotReadingTests
{
    private static readonly DateTimeOffset At = new(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero);

    private static readonly Snapshot Full = new()
    {
        Id = "1",
        Tree = "2",
        Environment = "sha256:3",
        FilesTree = "4",
        Files = ["a", "b"],
        Config = new JsonObject { ["x"] = 1, ["y"] = new JsonObject { ["z"] = "naïve" } },
        Count = 5,
        Bytes = 6L << 40,
        Entries =
        [
            new SnapshotEntry("m", "l", At, "/p", "r", new Dictionary<string, string> { ["a"] = "/x" }),
            new SnapshotEntry("", null, At, "/q", null, new Dictionary<string, string>()),
        ],
        Metrics = [new MetricsVersion(1, At, new JsonObject { ["acc"] = 0.5 }), new MetricsVersion(2, At, [])],
        Pinned = true,
    };

    [Fact]
    public void A_snapshot_is_read_as_the_serializer_writes_it()
    {
        var document = JsonSerializer.Serialize(Full, StoreJson.Default.Snapshot);
        Assert.Equal(document, JsonSerializer.Serialize(SnapshotReading.Read(document), StoreJson.Default.Snapshot));
    }

    [Theory]
    [InlineData("id")]
    [InlineData("tree")]
    [InlineData("count")]
    [InlineData("bytes")]
    [InlineData("entries")]
    public void A_damaged_one_is_told(string member)
    {
        var document = JsonSerializer.SerializeToNode(Full, StoreJson.Default.Snapshot)!.AsObject();
        document[member] = new JsonObject();
        Assert.ThrowsAny<JsonException>(() => SnapshotReading.Read(document.ToJsonString()));
        document.Remove(member);
        Assert.ThrowsAny<JsonException>(() => SnapshotReading.Read(document.ToJsonString()));
    }
}
