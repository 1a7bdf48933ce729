using System.CommandLine;
using System.Globalization;
using Glovebox.Api;
using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Runs;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Experiments;

/// <summary><c>glovebox sweep</c>.</summary>
internal static class SweepCommand
{
    private const string Space = "Parameter with its values: a,b,c, or a range a..b:n, log:a..b:n, int:a..b";

    public static Verb Create(CommandContext context)
    {
        var options = new RunOptions(needsCommand: false, Space);
        var random = Options.Text("--random", null, "N", "N points by chance, in place of every combination");
        var seed = Options.Text("--seed", null, "S", "The same seed gives the same points (default: one of chance, which is printed)");
        var jobs = Options.Text("--jobs", "-j", "N", "How many run at once (default: 1)");
        var failures = Options.Text("--max-failures", null, "N", "Start no more after N failures (default: never stop)");
        var resume = Options.OptionalText(
            "--resume", "[SWEEP]", "Run the points that have not succeeded, of that sweep or else of the newest of this command and these values", RunId.IsPart);
        var sort = Options.Text("--sort", null, "COLUMN", "Sort the table at the end: metrics.accuracy, metrics.loss:asc");
        var json = Options.Json("the sweep with its runs");
        var quiet = Options.Quiet();
        var verb = new Verb("sweep", "Run a command at many points of a space of parameters, and compare them")
        {
            Usage = "-p NAME=VALUES... [options] [--] COMMAND [ARG...]",
            TakesCommand = true,
            Notes = """
                Every point is a run like any other, tagged sweep:ID. All of them begin with the project's tree as it is now and work beside it:
                what they write is recorded and not applied ('glovebox runs outputs ID --to DIR' gets it). A point that fails stops nothing.
                """,
            Examples =
            [
                ("glovebox sweep -p lr=0.1,0.01 -p C=log:0.01..10:5 --jobs 2 --sort metrics.accuracy train.py", "Ten points, two at a time"),
                ("glovebox sweep -p lr=log:1e-5..1 -p depth=2..8 --random 20 --seed 1 train.py", "Twenty by chance"),
                ("glovebox sweep --resume 3fa2", "Go on after a crash, or try again what failed"),
                ("glovebox sweep -p lr=0.1,0.01 --resume train.py", "The same, in the words that the sweep began with; the first time it begins"),
            ],
        };
        options.AddTo(verb);
        foreach (var option in new Option[] { random, seed, jobs, failures, resume, sort, json, quiet }) verb.Add(option);
        verb.Act = (parse, cancellation) => RunAsync(
            new SweepRequest
            {
                Run = Checked(options.Read(parse, context), parse.GetValue(resume)),
                ResumeNewest = parse.GetResult(resume) is not null && parse.GetValue(resume) is null,
                Random = parse.GetValue(random) is { } count ? Numbers.Whole("--random", count, 1) : null,
                Seed = parse.GetValue(seed) is { } number ? Seed(number) : null,
                Jobs = parse.GetValue(jobs) is { } most ? Numbers.Whole("--jobs", most, 1) : 1,
                MaxFailures = parse.GetValue(failures) is { } limit ? Numbers.Whole("--max-failures", limit, 1) : null,
                Resume = parse.GetValue(resume),
            },
            parse.GetValue(sort), parse.Has(json), parse.Has(quiet), context, cancellation);
        return verb;
    }

    private static async Task<int> RunAsync(SweepRequest request, string? sort, bool json, bool quiet, CommandContext context, CancellationToken cancellation)
    {
        var screen = context.Screen;
        using var display = new SweepDisplay(screen, quiet);
        var result = await BuildDisplay.ShowAsync(context, quiet, building => context.Features.Experiments.SweepAsync(request, display, building, cancellation));
        display.Dispose();
        if (json) Json.Print(screen, result);
        else if (result.Runs.Count > 0)
        {
            var selection = new RunSelection([.. result.Runs.Select(run => run.Id)]);
            var comparison = await context.Features.Experiments.CompareAsync(new CompareRequest(selection, sort, OnlyChanged: true), CancellationToken.None);
            ComparisonText.Write(screen, comparison, "table");
        }

        screen.Flush();
        if (!quiet) Sum(screen, result);
        return result.IsComplete ? ExitCode.Success : context.Interrupts.ExitCode ?? ExitCode.Differs;
    }

    private static void Sum(Screen screen, SweepResult result)
    {
        var prefix = screen.ErrorStyle.Dim("glovebox:");
        var seed = result.Seed is { } number ? $", seed {number}" : "";
        screen.Tell($"{prefix} sweep {screen.ErrorStyle.Bold(result.Id)}: {result.Succeeded} of {Units.Count(result.Total, "point")} succeeded{seed}\n");
        if (!result.IsComplete) screen.Tell($"{prefix} run the others: glovebox sweep --resume {result.Id}\n");
    }

    private static RunRequest Checked(RunRequest run, string? resume)
    {
        if (run.Detach) throw RefusalException.Bad("sweep cannot be detached; put it in the background with your shell, or submit a job");
        if (run.Terminal) throw RefusalException.Bad("--tty: the points of a sweep have no terminal");
        if (run.Live) throw RefusalException.Bad("--live: the points of a sweep work beside the tree, or they would see each other's files");
        if (resume is not null && (run.Command.Count > 0 || run.Params.Count > 0))
            throw RefusalException.Bad("--resume goes on with the command and the points that the sweep has; leave COMMAND and --param out");
        return run;
    }

    private static long Seed(string text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var seed)
        ? seed
        : throw RefusalException.Bad($"--seed '{text}': give a whole number");
}
