using Glovebox.Api.Sharing;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Sharing;

/// <summary>What a transfer did, for a person: ids that are new on standard output, the rest on standard error.</summary>
internal static class ReportText
{
    public static void Write(Screen screen, TransferReport report, bool quiet)
    {
        WriteRecords(screen, report.Records);
        foreach (var note in report.Notes) screen.Tell($"{screen.ErrorStyle.Note("glovebox:")} {Printable.Line(note)}\n");
        if (quiet) return;
        var fresh = report.Records.Count(record => record.New);
        var copied = $"{Units.Count(report.Objects, "object")}, {Units.Size(report.Bytes)}";
        screen.Tell($"{screen.ErrorStyle.Dim("glovebox:")} {Units.Count(fresh, "new record")} of {report.Records.Count}, {copied} "
            + $"{(report.DryRun ? "would be copied" : "copied")}: {Printable.Line(report.Place)}\n");
    }

    public static void WriteRecords(Screen screen, IReadOnlyList<TransferredRecord> records)
    {
        foreach (var record in records.Where(record => record.New)) screen.Out.WriteLine($"{record.Kind} {record.Id}");
        screen.Flush();
    }
}
