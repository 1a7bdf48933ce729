using System.CommandLine;
using Glovebox.Api.Snapshots;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Snapshots;

/// <summary><c>glovebox checkout</c>, which is <c>glovebox snapshot checkout</c> too.</summary>
internal static class CheckoutCommand
{
    public static Verb Create(CommandContext context)
    {
        var id = SnapshotName.OrRun();
        var to = Options.Text("--to", null, "DIR", "Write to a new or empty directory; the project is not touched");
        var save = Options.Flag("--save", null, "Make a snapshot of unsaved work first");
        var force = Options.Flag("--force", "-f", "Overwrite unsaved work");
        var json = Options.Json("what was done");
        var verb = new Verb("checkout", "Make the project what a snapshot or a run recorded: code, files, config, environment")
        {
            Usage = "ID [--to DIR] [--save] [--force] [--json]",
            Notes = "Work that no snapshot and no run has is never overwritten: it is listed and nothing happens, unless --save or --force says otherwise.\n"
                + "Ignored files and .git stay as they are.",
            Examples =
            [
                ("glovebox checkout baseline", "Back to a labelled snapshot"),
                ("glovebox checkout 3fa2 --to ../was", "What a run left, beside the project"),
                ("glovebox checkout 3fa2:before --save", "What it began with; what is here now is saved first"),
            ],
        };
        verb.Add(id);
        foreach (var option in new Option[] { to, save, force, json }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var result = await context.Features.Snapshots.CheckoutAsync(
                new CheckoutRequest(parse.GetRequiredValue(id), context.Directory, parse.GetValue(to), parse.Has(save), parse.Has(force)), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, result);
            else Write(context.Screen, result);
            return result.Left.Count == 0 ? ExitCode.Success : ExitCode.Differs;
        };
        return verb;
    }

    private static void Write(Screen screen, CheckoutResult result)
    {
        var style = screen.OutStyle;
        if (result.Saved is { } saved) screen.Out.WriteLine($"saved as snapshot {style.Bold(SnapshotName.Short(saved.Id))}");
        var changed = Units.Count(result.Changes.Count, "path");
        screen.Out.WriteLine($"{Printable.Line(result.Directory)} is {style.Bold(SnapshotName.Short(result.Id))}: {changed} changed");
        foreach (var path in result.Left) screen.Out.WriteLine($"  {style.Note("left alone")} {Printable.Line(path)}: it was changed meanwhile");
    }
}
