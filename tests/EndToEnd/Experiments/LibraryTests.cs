using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Experiments;

/// <summary>The helpers under the real R and the real scikit-learn, in an environment of the distribution.</summary>
public sealed class LibraryTests : Place
{
    private const string Spec = """
        project: lab
        environments:
          lab:
            base: debian:bookworm
            apt: [python3-sklearn, r-base-core]
        """;

    private const string Learn = """
        from sklearn.datasets import load_iris
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import GridSearchCV, cross_val_score
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
        import pickle, glovebox
        p = glovebox.params(C=0.5)
        x, y = load_iris(return_X_y=True)
        model = make_pipeline(StandardScaler(), LogisticRegression(C=p["C"], max_iter=1000))
        model.fit(x, y)
        pickle.loads(pickle.dumps(model)).predict(x)
        assert model.score(x, y) > 0.9
        search = GridSearchCV(LogisticRegression(max_iter=1000), {"C": [0.1, 1]}, n_jobs=1).fit(x, y)
        assert len(cross_val_score(model, x, y)) == 5
        """;

    private const string R = """
        p <- glovebox::params(lr = 0.1, name = "a b")
        stopifnot(p$lr == 0.25, p$name == "a b", is.numeric(p$lr))
        for (i in 1:3) glovebox::log(loss = 1 / i, step = i)
        glovebox::log(nan = NaN, inf = -Inf, many = 123456789L, text = "quote \" and \\ \u00fc", yes = TRUE)
        glovebox::config(model = "lm")
        fit <- lm(dist ~ speed, cars)
        saveRDS(fit, "model.rds")
        glovebox::artifact("model.rds")
        stopifnot(isTRUE(all.equal(log(exp(1)), 1)))
        glovebox::log(r2 = summary(fit)$r.squared)
        """;

    public LibraryTests() =>
        Assert.SkipWhen(Environment.GetEnvironmentVariable("GLOVEBOX_TEST_LONG") is null, "builds a Debian with R and scikit-learn: ./test --long");

    [Fact]
    public async Task R_and_scikit_learn_report()
    {
        Write("glovebox.yaml", Spec);
        Write("learn.py", Learn);
        Write("model.R", R);

        var learned = (await RunAsync("run", "--json", "--autolog", "-p", "C=2", "learn.py")).Exits(0).Json;
        Assert.InRange((double)learned["metrics"]!["Pipeline.score"]!, 0.9, 1);
        Assert.Equal(2, (double)learned["config"]!["Pipeline.logisticregression__C"]!);
        Assert.InRange((double)learned["metrics"]!["GridSearchCV.best_score"]!, 0.9, 1);
        Assert.Contains("C", learned["config"]!["GridSearchCV.best_params.C"] is not null ? "C" : "", StringComparison.Ordinal);

        var drawn = (await RunAsync("run", "--json", "-p", "lr=0.25", "model.R")).Exits(0).Json;
        Assert.Equal("", (await RunAsync("runs", "logs", (string)drawn["id"]!)).Output);
        Assert.Equal(1.0 / 3, (double)drawn["metrics"]!["loss"]!, 12);
        Assert.Equal(("NaN", "-Infinity", 123456789), ((string?)drawn["metrics"]!["nan"], (string?)drawn["metrics"]!["inf"], (int)drawn["metrics"]!["many"]!));
        Assert.Equal("quote \" and \\ ü", (string?)drawn["metrics"]!["text"]);
        Assert.True((bool)drawn["metrics"]!["yes"]!);
        Assert.InRange((double)drawn["metrics"]!["r2"]!, 0.6, 0.7);
        Assert.Equal((0.25, "lm"), ((double)drawn["config"]!["lr"]!, (string?)drawn["config"]!["model"]));
        Assert.Contains("model.rds", drawn["outputs"]!.AsArray().Select(output => (string?)output!["path"]));
        (await RunAsync("runs", "plot", "loss", (string)drawn["id"]!)).Exits(0);
        // Outside of a box the same script runs with the printed file.
        Write("outside.R", (await RunAsync("helper", "r")).Exits(0).Output + "\nstopifnot(glovebox::params(lr = 0.5)$lr == 0.5)\nglovebox::log(loss = 1)\n");
        (await RunAsync("run", "--", "sh", "-c", "unset GLOVEBOX_TRACKING GLOVEBOX_PARAM_LINES R_PROFILE; Rscript outside.R")).Exits(0);
    }

    [Fact]
    public async Task Bisect_names_the_package()
    {
        Write("glovebox.yaml", Spec.Replace("python3-sklearn, r-base-core", "python3-minimal", StringComparison.Ordinal));
        Write("check.sh", "! command -v jq\n");
        var good = (string)(await RunAsync("run", "--json", "check.sh")).Exits(0).Json["id"]!;
        Write("glovebox.yaml", Spec.Replace("python3-sklearn, r-base-core", "python3-minimal, jq, figlet, tree", StringComparison.Ordinal));
        var bad = (string)(await RunAsync("run", "--json", "check.sh")).Json["id"]!;

        var result = (await RunAsync("bisect", "--json", good, bad)).Exits(0).Json;

        // With the two that it needs, which no mixture can be without.
        Assert.Equal(["debian/jq", "debian/libjq1", "debian/libonig5"], result["cause"]!.AsArray().Select(change => (string?)change!["name"]));
    }
}
