using System.Text.Json.Nodes;
using System.Xml.Linq;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Sharing;

/// <summary>Histories of datmo and MLflow, made by hand in the forms that those tools write.</summary>
public sealed class HistoryTests : Place
{
    [Fact]
    public async Task MLflow_runs_come_once_with_everything_and_damaged_ones_are_named()
    {
        Mlflow("0123456789abcdef0123456789abcdef", "3");
        Mlflow("ffff456789abcdef0123456789abcdef", "4");
        Mlflow("eeee456789abcdef0123456789abcdef", "3", stage: "deleted");
        Write("mlruns/1/aaaa456789abcdef0123456789abcdef/meta.yaml", "status: [\n");
        Write("mlruns/1/bbbb456789abcdef0123456789abcdef/params/x", "1");

        var dry = (await RunAsync("import", "--mlflow", ".", "--dry-run", "--json")).Exits(1);
        Assert.Empty((await RunAsync("runs", "ls", "--json")).Json.AsArray());
        var first = (await RunAsync("import", "--mlflow", ".", "--json")).Exits(1);
        var second = (await RunAsync("import", "--mlflow", "mlruns", "--json")).Exits(1);

        Assert.Equal(2, first.Json["records"]!.AsArray().Count(record => (bool)record!["new"]!));
        Assert.Equal(2, first.Json["skipped"]!.AsArray().Count);
        Assert.Equal(2, dry.Json["records"]!.AsArray().Count);
        Assert.Contains("bbbb456789abcdef0123456789abcdef", first.Error, StringComparison.Ordinal);
        Assert.DoesNotContain(second.Json["records"]!.AsArray(), record => (bool)record!["new"]!);
        var runs = (await RunAsync("runs", "ls", "--json")).Json.AsArray();
        Assert.Equal(2, runs.Count);
        var good = runs.Single(run => (string?)run!["status"] == "succeeded")!;
        Assert.Equal(0.25, (double)good["metrics"]!["loss"]!);
        Assert.Equal(0.9, (double)good["metrics"]!["val/acc"]!);
        Assert.Equal(0.1, (double)good["params"]!["lr"]!);
        Assert.Equal("adam", (string?)good["params"]!["optimizer"]);
        Assert.Equal("train.py", (string?)good["command"]![0]);
        Assert.Equal(12.5, (double)good["durationSeconds"]!);
        Assert.Contains("experiment=Iris", good["tags"]!.AsArray().Select(tag => (string?)tag));
        (await RunAsync("runs", "outputs", (string)good["id"]!, "--to", "got")).Exits(0);
        Assert.Equal("a model", Read("got/artifacts/model/model.pkl"));
        Assert.Single((await RunAsync("runs", "ls", "--where", "metrics.loss<0.3 and params.lr=0.1", "--status", "failed", "--json")).Json.AsArray());
        Assert.Contains("brought over from mlflow", (await RunAsync("rerun", (string)good["id"]!)).Exits(4).Error, StringComparison.Ordinal);
        (await RunAsync("gc")).Exits(0);
        (await RunAsync("runs", "diff", (string)runs[0]!["id"]!, (string)runs[1]!["id"]!)).Exits(0);
        // Every step came along, in the order of the steps and not of the lines.
        (await RunAsync("runs", "plot", "loss", (string)good["id"]!, "-o", "loss.svg")).Exits(0);
        Assert.Equal(3, XDocument.Parse(Read("loss.svg")).Descendants().Single(e => e.Name.LocalName == "polyline").Attribute("points")!.Value.Split(' ').Length);
        Assert.Equal("NaN", (string?)good["metrics"]!["val/auc"]);
        Assert.Contains(runs, run => run!["tags"]!.AsArray().Any(tag => (string?)tag == $"parent={good["id"]}"));
    }

    [Fact]
    public async Task Datmo_runs_come_once_with_code_files_config_and_stats()
    {
        Datmo("t1", "SUCCESS", "s1");
        Datmo("t2", "FAILED", "s2");
        Write(".datmo/database/task/objects/broken", "{");
        DatmoObject("task", new JsonObject { ["pk"] = "t3", ["command"] = "python never.py", ["status"] = null });
        DatmoObject("task", new JsonObject { ["pk"] = "t4", ["command"] = "x", ["status"] = "SUCCESS", ["after_snapshot_id"] = "gone", ["start_time"] = "2018-05-01T10:00:00Z" });

        var first = (await RunAsync("import", "--datmo", ".", "--json")).Exits(1);
        var second = (await RunAsync("import", "--datmo", ".datmo", "--json")).Exits(1);

        Assert.Equal(3, first.Json["records"]!.AsArray().Count(record => (bool)record!["new"]!));
        Assert.Equal(2, first.Json["skipped"]!.AsArray().Count);
        Assert.DoesNotContain(second.Json["records"]!.AsArray(), record => (bool)record!["new"]!);
        var snapshot = Assert.Single((await RunAsync("snapshot", "ls", "--json")).Json.AsArray())!;
        Assert.Equal("a good one", (string?)snapshot["entries"]![0]!["message"]);
        Assert.Equal(3, (int)snapshot["config"]!["depth"]!);
        (await RunAsync("gc")).Exits(0);
        (await RunAsync("checkout", (string)snapshot["id"]!, "--to", "old")).Exits(0);
        Assert.Equal("a name with a comma", Read("old/a,b.txt"));
        var runs = (await RunAsync("runs", "ls", "--json")).Json.AsArray();
        var good = runs.Single(run => (string?)run!["status"] == "succeeded")!;
        Assert.Equal("failed", (string?)runs.Single(run => run != good)!["status"]);
        Assert.Equal("python train.py", (string?)good["command"]![0]);
        Assert.Equal(3, (int)good["params"]!["depth"]!);
        Assert.Equal(0.75, (double)good["metrics"]!["accuracy"]!);
        Assert.Equal("a good one", (string?)good["message"]);
        Assert.Equal(60, (double)good["durationSeconds"]!);
        (await RunAsync("runs", "outputs", (string)good["id"]!, "--to", "got")).Exits(0);
        Assert.Equal("weights", Read("got/files/weights.bin"));
    }

    [Fact]
    public async Task What_is_no_history_is_refused()
    {
        Directory.CreateDirectory(Path.Combine(Project, "empty"));
        Assert.Contains("no file store", (await RunAsync("import", "--mlflow", "empty")).Exits(2).Error, StringComparison.Ordinal);
        Assert.Contains("no project of datmo", (await RunAsync("import", "--datmo", "empty")).Exits(3).Error, StringComparison.Ordinal);
        (await RunAsync("import")).Exits(2);
        (await RunAsync("import", "x", "--mlflow", "empty")).Exits(2);
    }

    private void Mlflow(string id, string status, string stage = "active")
    {
        Write("mlruns/1/meta.yaml", "artifact_location: file:///x/mlruns/1\nexperiment_id: '1'\nlifecycle_stage: active\nname: Iris\n");
        var run = $"mlruns/1/{id}";
        Write($"{run}/meta.yaml", $"""
            artifact_uri: file:///x/mlruns/1/{id}/artifacts
            end_time: 1721450919721
            entry_point_name: ''
            experiment_id: '1'
            lifecycle_stage: {stage}
            run_id: {id}
            run_name: wistful-ant
            run_uuid: {id}
            source_name: ''
            source_type: 4
            source_version: ''
            start_time: 1721450907221
            status: {status}
            tags: []
            user_id: ana
            """);
        Write($"{run}/metrics/loss", "1721450908000 0.5 1\n1721450909000 0.25 2\n1721450910000 0.9 0\n");
        Write($"{run}/metrics/val/acc", "1721450908000 0.9 0\n");
        Write($"{run}/metrics/val/auc", "1721450908000 nan 0\n");
        if (status == "4") Write($"{run}/tags/mlflow.parentRunId", "0123456789abcdef0123456789abcdef");
        Write($"{run}/params/lr", "0.1");
        Write($"{run}/params/optimizer", "adam");
        Write($"{run}/tags/mlflow.source.name", "train.py");
        Write($"{run}/tags/mlflow.runName", "wistful-ant");
        Write($"{run}/artifacts/model/model.pkl", "a model");
    }

    /// <summary>datmo keeps each version of a file under its path, named by its MD5.</summary>
    private void Datmo(string task, string status, string snapshot)
    {
        Write(".datmo/code/c0ffee", "train.py,aa11\na,b.txt,bb22\n");
        Write(".datmo/code/train.py/aa11", "print(1)");
        Write(".datmo/code/a,b.txt/bb22", "a name with a comma");
        Write(".datmo/collections/f11e5/weights.bin", "weights");
        DatmoObject("code", new JsonObject { ["pk"] = "code1", ["commit_id"] = "c0ffee" });
        DatmoObject("file_collection", new JsonObject { ["pk"] = "files1", ["filehash"] = "f11e5" });
        DatmoObject("snapshot", new JsonObject
        {
            ["pk"] = snapshot, ["code_id"] = "code1", ["file_collection_id"] = "files1", ["message"] = "a good one",
            ["visible"] = snapshot == "s1", ["created_at"] = "2018-05-01T10:01:00.000000Z",
            ["config"] = new JsonObject { ["depth"] = "3" }, ["stats"] = new JsonObject { ["accuracy"] = "0.75", ["note"] = "none" },
        });
        DatmoObject("task", new JsonObject
        {
            ["pk"] = task, ["command"] = "python train.py", ["status"] = status, ["before_snapshot_id"] = snapshot, ["after_snapshot_id"] = snapshot,
            ["start_time"] = "2018-05-01T10:00:00Z", ["end_time"] = "2018-05-01T10:01:00Z",
        });
    }

    private void DatmoObject(string collection, JsonObject value) =>
        Write($".datmo/database/{collection}/objects/{Guid.NewGuid():N}", value.ToJsonString());
}
