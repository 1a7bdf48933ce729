using Glovebox.Api.Runs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Snapshots;

/// <summary><c>glovebox snapshot diff</c>.</summary>
internal static class DiffCommand
{
    public static Verb Create(CommandContext context)
    {
        var (a, b) = (SnapshotName.OrRun("A"), SnapshotName.OrRun("B"));
        var json = Options.Json("the differences");
        var verb = new Verb("diff", "Show what differs between two snapshots or runs: code, files, environment, config, metrics") { Usage = "A B [--json]" };
        verb.Add(a);
        verb.Add(b);
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var diff = await context.Features.Snapshots.DiffAsync(
                parse.GetRequiredValue(a), parse.GetRequiredValue(b), context.Directory, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, diff);
            else Runs.DiffCommand.Write(context.Screen.Out, new RunDiff(diff.A, diff.B, diff.Sections), context.Screen.OutStyle);
            return ExitCode.Success;
        };
        return verb;
    }
}
