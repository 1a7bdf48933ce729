using System.CommandLine;

namespace Glovebox.Cli.Snapshots;

/// <summary>How verbs name a snapshot, and where they show one.</summary>
internal static class SnapshotName
{
    private const int Shown = 12;

    public static Argument<string> Argument(string name = "ID") =>
        new(name) { Description = "A snapshot's label, or any unique part of its id, 4 or more characters" };

    /// <summary>Where a run may stand too.</summary>
    public static Argument<string> OrRun(string name = "ID") =>
        new(name) { Description = "A snapshot (label or part of its id) or a run (part of its id: its tree after it; ID:before the one it began with)" };

    /// <summary>As much of an id as a person needs.</summary>
    public static string Short(string id) => id.Length > Shown && !id.Contains(':') ? id[..Shown] : id;
}
