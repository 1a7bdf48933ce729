using System.CommandLine;
using Glovebox.Api.Sharing;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Sharing;

/// <summary><c>glovebox push</c> and <c>glovebox pull</c>.</summary>
internal static class TransferCommands
{
    private const string Words = "[REMOTE] [ID...]";

    public static Verb CreatePush(CommandContext context)
    {
        var verify = Options.Flag("--verify", null, "Read what the remote has already, and replace what is damaged there");
        var verb = new Verb("push", "Copy runs, snapshots and images to a remote")
        {
            Usage = $"{Words} [--dry-run] [--no-images] [--verify] [--json]",
            Notes = "Without an ID: every run of this project that has ended, and its snapshots. Only what the remote lacks is copied.",
            Examples = [("glovebox push", "Everything of this project, to origin"), ("glovebox push lab 3fa2", "One run"), ("glovebox push /mnt/share 3fa2", "To a folder")],
        };
        return Complete(verb, context, verify, (request, progress, cancellation) => context.Features.Sharing.PushAsync(request, progress, cancellation));
    }

    public static Verb CreatePull(CommandContext context)
    {
        var verb = new Verb("pull", "Copy runs, snapshots and images from a remote, every byte checked")
        {
            Usage = $"{Words} [--dry-run] [--no-images] [--json]",
            Notes = "Without an ID: everything the remote has. Runs come with the code, environment and outputs that 'glovebox rerun' needs.",
            Examples = [("glovebox pull", "Everything from origin"), ("glovebox pull lab 3fa2", "One run")],
        };
        return Complete(verb, context, null, (request, progress, cancellation) => context.Features.Sharing.PullAsync(request, progress, cancellation));
    }

    private delegate Task<TransferReport> Transfer(TransferRequest request, IProgress<Api.Environments.BuildProgress> progress, CancellationToken cancellation);

    private static Verb Complete(Verb verb, CommandContext context, Flag? verify, Transfer transfer)
    {
        var words = new Argument<string[]>("REMOTE|ID")
        {
            Arity = ArgumentArity.ZeroOrMore,
            Description = "A remote's name or URL (default: origin), then parts of ids of runs and snapshots, or names of images",
        };
        var dryRun = Options.Flag("--dry-run", null, "Say what would be copied, and copy nothing");
        var noImages = Options.Flag("--no-images", null, "Leave environments' layers behind: they are built from their locks where they are needed");
        var json = Options.Json("what was copied");
        var quiet = Options.Quiet();
        verb.Add(words);
        foreach (var option in new Option?[] { dryRun, noImages, verify, json, quiet }.OfType<Option>()) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var request = new TransferRequest(
                context.Directory, parse.GetValue(words) ?? [], parse.Has(dryRun), !parse.Has(noImages), verify is not null && parse.Has(verify));
            var report = await BuildDisplay.ShowAsync(context, parse.Has(quiet), progress => transfer(request, progress, cancellation));
            if (parse.Has(json)) Json.Print(context.Screen, report);
            else ReportText.Write(context.Screen, report, parse.Has(quiet));
            return ExitCode.Success;
        };
        return verb;
    }
}
