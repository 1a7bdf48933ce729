using Glovebox.Api.Storage;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Verification;

/// <summary><c>glovebox verify</c>.</summary>
internal static class VerifyCommand
{
    public static Verb Create(CommandContext context)
    {
        var json = Options.Json("what was found");
        var quiet = Options.Quiet();
        var verb = new Verb("verify", "Read everything stored against its hashes; name what is damaged and what uses it")
        {
            Usage = "[--json] [--quiet]",
            Notes = "Nothing is changed. The exit code is 1 when something is damaged or missing.",
        };
        verb.Add(json);
        verb.Add(quiet);
        verb.Act = async (parse, cancellation) =>
        {
            var report = await BuildDisplay.ShowAsync(context, parse.Has(quiet), progress =>
                context.Features.Verification.VerifyAsync(progress, cancellation));
            if (parse.Has(json)) Json.Print(context.Screen, report);
            else Write(context.Screen, report);
            return report.Damaged.Count == 0 ? ExitCode.Success : ExitCode.Differs;
        };
        return verb;
    }

    private static void Write(Screen screen, VerificationReport report)
    {
        var (output, style) = (screen.Out, screen.OutStyle);
        var verdict = report.Damaged.Count == 0 ? style.Good("all as they were") : style.Bad($"{report.Damaged.Count} not as they were");
        output.WriteLine($"{Units.Count(report.Objects, "object")}, {Units.Size(report.Bytes)}: {verdict}");
        foreach (var bad in report.Damaged)
        {
            output.WriteLine($"  {style.Bad(bad.State)} {Printable.Line(bad.Path)}");
            if (bad.Reason is { } reason) output.WriteLine($"    {Printable.Line(reason)}");
            foreach (var use in bad.UsedBy) output.WriteLine($"    used by {Printable.Line(use)}");
            if (bad.UsedBy.Count == 0 && bad.Reason is null) output.WriteLine("    used by nothing; gc frees it");
        }
    }
}
