using System.CommandLine;
using Glovebox.Api.Experiments;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Runs;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Experiments;

/// <summary><c>glovebox bisect</c>.</summary>
internal static class BisectCommand
{
    public static Verb Create(CommandContext context)
    {
        var (good, bad) = (RunId.Argument("GOOD"), RunId.Argument("BAD"));
        var check = new Argument<string[]>("CHECK")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "Command run over each mixture's result: 0 is good, 125 skips, else bad",
        };
        var where = Options.Text("--where", null, "CONDITION", "A mixture is good when this holds of its run: 'metrics.accuracy>0.9'");
        var secrets = Options.Texts("--secret", null, "K", "Value for a secret of the runs, from your environment");
        var json = Options.Json("the result");
        var quiet = Options.Quiet();
        var verb = new Verb("bisect", "Find the change between two runs that made the difference, by running mixtures of them")
        {
            Usage = "GOOD BAD [--where CONDITION] [-- CHECK...]",
            Notes = """
                Changes are the command, each parameter, each variable, the environment (then each package of a guilty one), and each file of the
                code (then each place in a guilty file). Without CHECK and --where a mixture is good when its run succeeds. CHECK runs in the mixture's environment, in its tree
                with its outputs, with GLOVEBOX_CHECKED_EXIT_CODE and GLOVEBOX_CHECKED_METRICS (JSON) set.
                """,
            Examples = [("glovebox bisect 3fa2 90bc", "Why does it fail now?"), ("glovebox bisect 3fa2 90bc --where 'metrics.accuracy>0.9'", "Why is it worse now?")],
        };
        foreach (var argument in new Argument[] { good, bad, check }) verb.Add(argument);
        foreach (var option in new Option[] { where, secrets, json, quiet }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var request = new BisectRequest(
                parse.GetRequiredValue(good), parse.GetRequiredValue(bad), parse.GetValue(check) ?? [], parse.GetValue(where),
                Pairs.FromEnvironment("--secret", parse.GetValue(secrets) ?? [], context.Variable));
            var silent = parse.Has(quiet);
            var result = await BuildDisplay.ShowAsync(context, silent, building =>
                context.Features.Experiments.BisectAsync(request, new Steps(context.Screen, silent), building, cancellation));
            if (parse.Has(json)) Json.Print(context.Screen, result);
            else Write(context.Screen, result);
            return ExitCode.Success;
        };
        return verb;
    }

    private static void Write(Screen screen, BisectResult result)
    {
        var (output, style) = (screen.Out, screen.OutStyle);
        var (causes, runs) = (Units.Count(result.Cause.Count, "change"), Units.Count(result.Steps.Count, "run"));
        output.WriteLine($"{causes} of {result.Differences} made the difference (found in {runs}):");
        foreach (var change in result.Cause)
        {
            output.WriteLine($"  {style.Bold(Name(change))}");
            if (change.Patch is { } patch)
            {
                foreach (var line in patch.TrimEnd('\n').Split('\n')) output.WriteLine($"    {Printable.Line(line)}");
                continue;
            }

            if (change.Good is { } a) output.WriteLine($"    {style.Bad($"- {Printable.Line(a)}")}");
            if (change.Bad is { } b) output.WriteLine($"    {style.Good($"+ {Printable.Line(b)}")}");
        }
    }

    private static string Name(BisectChange change) => change.Kind == change.Name ? change.Kind : $"{change.Kind} {Printable.Line(change.Name)}";

    private sealed class Steps(Screen screen, bool silent) : IProgress<BisectStep>
    {
        private const int MostNames = 4;

        public void Report(BisectStep value)
        {
            if (silent) return;
            var style = screen.ErrorStyle;
            var names = value.Changes.Count == 0 ? "the good run again" : value.Changes.Count == value.Of && value.Number == 2 ? "the bad run again"
                : string.Join(", ", value.Changes.Take(MostNames).Select(Name))
                    + (value.Changes.Count > MostNames ? $" and {value.Changes.Count - MostNames} more" : "");
            var verdict = value.Verdict switch { "good" => style.Good("good"), "bad" => style.Bad("bad "), _ => style.Note("skip") };
            screen.Tell($"{style.Dim("glovebox:")} {value.Number,3}  {verdict}  {value.Run}  {names}\n");
        }
    }
}
