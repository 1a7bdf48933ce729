using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox rerun</c>.</summary>
internal static class RerunCommand
{
    public static Verb Create(CommandContext context)
    {
        var id = RunId.Argument();
        var verify = Options.Flag("--verify", null, "Compare the outputs by hash; exit code 1 when any differs");
        var parameters = Options.Texts("--param", "-p", "K=V", "Parameter that replaces a recorded one");
        var secrets = Options.Texts("--secret", null, "K", "Value for a secret of the run, from your environment");
        var message = Options.Text("--message", "-m", "TEXT", "Note, kept with the new run");
        var tags = Options.Texts("--tag", null, "TAG", "Tag, kept with the new run");
        var json = Options.Flag("--json", null, "Print the new record and the comparison as JSON; the command's own output goes to the log alone");
        var quiet = Options.Quiet();
        var verb = new Verb("rerun", "Repeat a run from its record in a fresh box; the working tree is not touched")
        {
            Usage = "ID [--verify] [options]",
            Examples = [("glovebox rerun 3fa2 --verify", "Does it still give the same?"), ("glovebox rerun 3fa2 -p C=2", "With another parameter")],
        };
        verb.Add(id);
        foreach (var option in new Option[] { verify, parameters, secrets, message, tags, json, quiet }) verb.Add(option);
        verb.Act = (parse, cancellation) => RunAsync(
            new RerunRequest(
                parse.GetRequiredValue(id), RunOptions.Checked("--param", parse.GetValue(parameters) ?? []),
                Pairs.FromEnvironment("--secret", parse.GetValue(secrets) ?? [], context.Variable),
                parse.Has(verify), parse.GetValue(message), parse.GetValue(tags) ?? []),
            parse.Has(json), parse.Has(quiet), context, cancellation);
        return verb;
    }

    private static async Task<int> RunAsync(RerunRequest request, bool json, bool quiet, CommandContext context, CancellationToken cancellation)
    {
        using var attended = new Attended(context, json, quiet);
        request = request with { Id = await RunOfAsync(request.Id, context, cancellation) };
        var result = await context.Features.Runs.RerunAsync(request, attended.Streams, attended.Progress, cancellation);
        attended.End();
        if (json) Json.Print(context.Screen, result);
        else Write(context.Screen, result);
        if (!quiet && !json) RunSummary.Write(context.Screen, result.Run);
        var differs = result.Comparison?.Any(output => output.Verdict != "equal") ?? false;
        return differs ? ExitCode.Differs : attended.ExitCode(result.Run);
    }

    /// <summary>A snapshot that was made of a run stands for it.</summary>
    private static async Task<string> RunOfAsync(string id, CommandContext context, CancellationToken cancellation)
    {
        try
        {
            return (await context.Features.Runs.GetAsync(id, cancellation)).Id;
        }
        catch (RefusalException refusal) when (refusal.Kind is RefusalKind.NotFound or RefusalKind.Bad)
        {
            Snapshot snapshot;
            try
            {
                snapshot = await context.Features.Snapshots.GetAsync(id, context.Directory, cancellation);
            }
            catch (RefusalException other) when (other.Kind == RefusalKind.NotFound)
            {
                throw refusal;
            }

            return snapshot.Entries.Select(entry => entry.Run).LastOrDefault(run => run is not null)
                ?? throw RefusalException.Conflict($"snapshot {snapshot.Id[..12]} is not the result of a run, so there is no command to repeat; check it out and run one: glovebox checkout {snapshot.Id[..12]} --to DIR");
        }
    }

    private static void Write(Screen screen, RerunResult result)
    {
        var style = screen.OutStyle;
        foreach (var output in result.Comparison ?? [])
        {
            var verdict = output.Verdict.PadRight(9);
            screen.Out.WriteLine($"{(output.Verdict == "equal" ? style.Good(verdict) : style.Bad(verdict))}  {Printable.Line(output.Path)}");
        }

        screen.Flush();
    }
}
