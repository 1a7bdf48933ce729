using System.CommandLine;
using System.Globalization;
using Glovebox.Api;
using Glovebox.Api.Runs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Snapshots;

namespace Glovebox.Cli.Runs;

/// <summary><c>glovebox runs diff</c>, which is <c>glovebox diff</c> too.</summary>
internal static class DiffCommand
{
    public static Verb Create(CommandContext context)
    {
        var (a, b) = (SnapshotName.OrRun("A"), SnapshotName.OrRun("B"));
        var json = Options.Json("the differences");
        var verb = new Verb("diff", "Show what differs between two runs or snapshots: command, params, packages, code, outputs, machine …") { Usage = "A B [--json]" };
        verb.Add(a);
        verb.Add(b);
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var (first, second) = (parse.GetRequiredValue(a), parse.GetRequiredValue(b));
            var diff = await DiffAsync(context, first, second, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, diff);
            else Write(context.Screen.Out, diff, context.Screen.OutStyle);
            return ExitCode.Success;
        };
        return verb;
    }

    /// <summary>Two runs are compared whole; with a snapshot among them, what both have is.</summary>
    private static async Task<RunDiff> DiffAsync(CommandContext context, string a, string b, CancellationToken cancellation)
    {
        try
        {
            return await context.Features.Runs.DiffAsync(a, b, cancellation);
        }
        catch (RefusalException refusal) when (refusal.Kind is RefusalKind.NotFound or RefusalKind.Bad)
        {
            var diff = await context.Features.Snapshots.DiffAsync(a, b, context.Directory, cancellation);
            return new RunDiff(diff.A, diff.B, diff.Sections);
        }
    }

    internal static void Write(TextWriter output, RunDiff diff, Style style)
    {
        output.WriteLine($"{style.Bad($"- {diff.A}")}\n{style.Good($"+ {diff.B}")}");
        if (diff.Sections.Count == 0) output.WriteLine("no difference");
        foreach (var section in diff.Sections)
        {
            output.WriteLine($"\n{style.Bold(section.Name)}");
            foreach (var item in section.Items) Write(output, item, style);
        }
    }

    private static void Write(TextWriter output, DiffItem item, Style style)
    {
        if (item.From is { } from) output.WriteLine($"  {Printable.Line(from)} → {Printable.Line(item.Name)}");
        if (item.Patch is { } patch)
        {
            foreach (var line in patch.TrimEnd('\n').Split('\n')) output.WriteLine($"  {Paint(Printable.Line(line), style)}");
            return;
        }

        if (item.From is null) output.WriteLine($"  {Printable.Line(item.Name)}{(item.Delta is { } delta ? style.Note(Change(delta, item.Percent)) : "")}");
        if (item.A == item.B) return;
        if (item.A is { } before) output.WriteLine($"    {style.Bad($"- {Printable.Line(before)}")}");
        if (item.B is { } after) output.WriteLine($"    {style.Good($"+ {Printable.Line(after)}")}");
    }

    /// <summary><c>+0.02 (+2.1 %)</c>.</summary>
    private static string Change(double delta, double? percent) =>
        $"  {Signed(delta, "G6")}{(percent is { } part ? $" ({Signed(part, "G3")} %)" : "")}";

    private static string Signed(double number, string format) => (number > 0 ? "+" : "") + number.ToString(format, CultureInfo.InvariantCulture);

    private static string Paint(string line, Style style) => line switch
    {
        ['+', '+', '+', ..] or ['-', '-', '-', ..] => style.Bold(line),
        ['+', ..] => style.Good(line),
        ['-', ..] => style.Bad(line),
        ['@', '@', ..] => style.Note(line),
        _ => line,
    };
}
