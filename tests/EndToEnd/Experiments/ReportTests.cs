using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Experiments;

/// <summary>What code in a box reports while it runs.</summary>
public sealed class ReportTests : Place
{
    private const string Python = """
        import glovebox, multiprocessing, math
        p = glovebox.params(lr=0.5, epochs=3)
        def work(n):
            for i in range(200):
                glovebox.log({f"worker{n}": i}, step=i)
        if __name__ == "__main__":
            workers = [multiprocessing.Process(target=work, args=(n,)) for n in range(4)]
            [w.start() for w in workers]; [w.join() for w in workers]
            for step in range(p["epochs"]):
                glovebox.log(loss=1 / (step + 1), step=10 * step)
            glovebox.log(bad=math.nan, good=True, name='a"b\n', big=10**30)
            glovebox.config(model="svm")
            glovebox.tag("mine")
            open("model.bin", "w").write("x")
            glovebox.artifact("model.bin")
        """;

    [Fact]
    public async Task Python_reports_from_several_processes_with_types_and_steps()
    {
        Write(".gitignore", "*.bin\n");
        Write("train.py", Python);

        var run = (await RunAsync("run", "--json", "-e", "host", "-p", "epochs=4", "train.py")).Exits(0).Json;

        Assert.Equal(0.25, (double)run["metrics"]!["loss"]!);
        Assert.All(Enumerable.Range(0, 4), n => Assert.Equal(199, (int)run["metrics"]![$"worker{n}"]!));
        Assert.Equal("NaN", (string?)run["metrics"]!["bad"]);
        Assert.True((bool)run["metrics"]!["good"]!);
        Assert.Equal("a\"b\n", (string?)run["metrics"]!["name"]);
        Assert.Equal((0.5, 4, "svm"), ((double)run["config"]!["lr"]!, (int)run["config"]!["epochs"]!, (string?)run["config"]!["model"]));
        Assert.Contains("mine", run["tags"]!.AsArray().Select(t => (string?)t));
        Assert.Equal(["model.bin"], run["outputs"]!.AsArray().Select(o => (string?)o!["path"]));
        var id = (string)run["id"]!;
        Assert.Equal([id], await IdsAsync("metrics.loss<0.3 and config.model=svm"));
        Assert.Empty(await IdsAsync("metrics.loss>0.3"));
        var plot = (await RunAsync("runs", "plot", "loss", id)).Exits(0).Output;
        Assert.Contains("step", plot, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_script_runs_outside_with_the_printed_file()
    {
        Write("glovebox.py", (await RunAsync("helper", "python")).Exits(0).Output);
        Write("train.py", "import glovebox\nprint(glovebox.params(lr=0.5)['lr'])\nglovebox.log(loss=0.3, step=1)\nglovebox.log(loss=0.2)\nglovebox.autolog()\n");

        Assert.Equal("0.5\n", await Foreign.RunAsync(Project, "python3", "train.py"));

        Assert.Equal(0.2, (double)JsonNode.Parse(Read("metrics.json"))!["loss"]!);
    }

    [Fact]
    public async Task A_project_with_a_module_of_that_name_has_its_own()
    {
        Write("glovebox.py", "mine = 1\n");
        Write("train.py", "import glovebox\nassert glovebox.mine == 1\n");

        (await RunAsync("run", "-e", "host", "--autolog", "train.py")).Exits(0);
    }

    /// <summary>Scikit-learn's shape: methods behind a descriptor, and a library that fits and scores by itself. The real one is in <see cref="LibraryTests"/>.</summary>
    [Fact]
    public async Task Autolog_reports_what_the_script_fits_and_scores_and_not_what_the_library_does()
    {
        Write("sklearn/__init__.py", "");
        Write("sklearn/base.py", """
            import types
            class BaseEstimator:
                def get_params(self): return {"C": 0.5, "step": self}
            class ClassifierMixin:
                def score(self, x): return x
            class sometimes:
                def __init__(self, fn): self.fn = fn
                def __get__(self, owner, kind=None): return types.MethodType(self.fn, owner) if owner is not None else self.fn
            """);
        Write("sklearn/models.py", """
            from sklearn.base import BaseEstimator, ClassifierMixin, sometimes
            class Model(ClassifierMixin, BaseEstimator):
                def fit(self, x): return self
            class Pipe(BaseEstimator):
                def fit(self, x): Model().fit(x); return self
                @sometimes
                def score(self, x): return Model().score(x)
            class Search(BaseEstimator):
                def fit(self, x):
                    self.best_score_, self.best_params_ = 0.75, {"C": 0.1}
                    return self
            def cross_validate(x): Model().fit(x).score(0.1)
            """);
        Write("train.py", """
            from sklearn.models import Model, Pipe, Search, cross_validate
            assert Pipe().fit(1).score(0.5) == 0.5
            Search().fit(1)
            cross_validate(1)
            """);

        var run = (await RunAsync("run", "--json", "-e", "host", "--autolog", "train.py")).Exits(0).Json;

        Assert.Equal("""{"Pipe.score":0.5,"Search.best_score":0.75}""", run["metrics"]!.ToJsonString());
        Assert.Equal("""{"estimator":"Search","Pipe.C":0.5,"Search.C":0.5,"Search.best_params.C":0.1}""", run["config"]!.ToJsonString());
    }

    [Fact]
    public async Task A_shell_script_reports_and_what_it_set_itself_stays()
    {
        var run = await RecordAsync(
            """
            glovebox-log loss=0.5 'name=a "b" \c' --step 1
            glovebox-log loss=0.25 --step 2
            glovebox-log --config depth=3
            echo "accuracy: 0.9"
            case $PYTHONPATH in /mine:*) ;; *) exit 9 ;; esac
            """,
            "-e", "host", "--set-env", "PYTHONPATH=/mine");

        Assert.Equal("succeeded", (string?)run["status"]);
        Assert.Equal("""{"loss":0.25,"name":"a \u0022b\u0022 \\c"}""", run["metrics"]!.ToJsonString());
        Assert.Equal(3, (int)run["config"]!["depth"]!);
    }

    [Fact]
    public async Task A_stale_file_of_metrics_is_nobodys_and_the_runs_own_is_read()
    {
        Write("stats.json", "{\"accuracy\": 0.99}");
        var stale = await RecordAsync("echo 'accuracy: 1'; echo 'http://x'");
        var own = await RecordAsync("echo '{\"accuracy\": 0.5, \"v\": {\"loss\": NaN}}' > stats.json; echo 'lr: 0.1' > params.yaml");

        Assert.Empty(stale["metrics"]!.AsObject());
        Assert.Equal("""{"accuracy":0.5,"v.loss":"NaN"}""", own["metrics"]!.ToJsonString());
        Assert.Equal(0.1, (double)own["config"]!["lr"]!);
    }

    [Fact]
    public async Task What_was_reported_before_a_kill_stays_and_half_a_line_is_nobodys()
    {
        var run = await RecordAsync(
            """
            glovebox-log loss=0.5
            printf '{"metrics":{"loss":0.1' >> "$GLOVEBOX_TRACKING/log.jsonl"
            kill -9 $$
            """);

        Assert.Equal("failed", (string?)run["status"]);
        Assert.Equal("""{"loss":0.5}""", run["metrics"]!.ToJsonString());
    }

    [Fact]
    public async Task A_hundred_thousand_values_stay_bounded()
    {
        Write("train.py", "import glovebox\nfor i in range(100000):\n    glovebox.log(loss=i, step=i)\n");

        var run = (await RunAsync("run", "--json", "-e", "host", "train.py")).Exits(0).Json;

        Assert.Equal(99999, (int)run["metrics"]!["loss"]!);
        var blob = (string)run["series"]!;
        Assert.InRange(new FileInfo(Path.Combine(Glovebox.Home, "blobs", blob[..2], blob)).Length, 1, 4 << 20);
        (await RunAsync("gc", "-q")).Exits(0);
        (await RunAsync("runs", "plot", "loss")).Exits(0);
    }

    [Fact]
    public async Task What_mlflow_writes_is_read()
    {
        var run = await RecordAsync(
            """
            case $MLFLOW_TRACKING_URI in file:*) ;; *) exit 9 ;; esac
            r=${MLFLOW_TRACKING_URI#file:}/0/4f1c2d3e4f5a4b6c8d7e9f0a1b2c3d4e
            mkdir -p $r/metrics/val $r/params $r/tags $r/artifacts/model
            echo 'artifact_location: x' > ${r%/*}/meta.yaml; echo 'run_id: x' > $r/meta.yaml
            printf '1700000000000 0.5 0\n1700000001000 0.25 1\n' > $r/metrics/loss
            echo '1700000001000 nan 0' > $r/metrics/val/auc
            printf 0.1 > $r/params/lr; printf svm > $r/params/model
            printf x > $r/tags/mlflow.user; printf v2 > $r/tags/release
            echo weights > $r/artifacts/model/w.bin
            ln -s /etc/passwd $r/artifacts/p; ln -s /etc/passwd $r/params/p
            """);

        Assert.Equal("succeeded", (string?)run["status"]);
        Assert.Equal("""{"loss":0.25,"val/auc":"NaN"}""", run["metrics"]!.ToJsonString());
        Assert.Equal("""{"lr":0.1,"model":"svm"}""", run["config"]!.ToJsonString());
        Assert.Contains("release=v2", run["tags"]!.AsArray().Select(t => (string?)t));
        Assert.Equal("weights\n", Read("mlflow/4f1c2d3e4f5a4b6c8d7e9f0a1b2c3d4e/model/w.bin"));
        Assert.False(Has("mlflow/4f1c2d3e4f5a4b6c8d7e9f0a1b2c3d4e/p"));
    }

    [Fact]
    public async Task Several_runs_of_mlflow_in_one_box_are_told_apart()
    {
        var run = await RecordAsync(
            """
            for name in first second; do
              r=${MLFLOW_TRACKING_URI#file:}/0/${name}00000000000000000000000000
              mkdir -p $r/metrics $r/tags $r/params
              echo 'run_id: x' > $r/meta.yaml
              printf $name > $r/tags/mlflow.runName
              printf '1700000000000 0.5 2\n1700000001000 0.75 1\n1700000002000 inf 0\n' > $r/metrics/loss
              printf $name > $r/params/model
            done
            """);

        Assert.Equal("""{"first/loss":0.5,"second/loss":0.5}""", run["metrics"]!.ToJsonString());
        Assert.Equal("second", (string?)run["config"]!["second/model"]);
        (await RunAsync("runs", "plot", "first/loss", (string)run["id"]!)).Exits(0);
    }

    private async Task<IEnumerable<string?>> IdsAsync(string where) =>
        (await RunAsync("runs", "ls", "--json", "--where", where)).Exits(0).Json.AsArray().Select(r => (string?)r!["id"]);
}
