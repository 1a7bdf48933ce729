namespace Glovebox.Api.Snapshots;

/// <summary>What <c>glovebox snapshot create</c> was asked to do, as the user wrote it.</summary>
public sealed record SnapshotRequest
{
    /// <summary>Where the user stands; the project is looked for from here.</summary>
    public required string Directory { get; init; }

    public required string Message { get; init; }
    public string? Label { get; init; }

    /// <summary>Files and directories outside the tree, or ignored in it: <c>PATH</c> or <c>NAME=PATH</c>.</summary>
    public IReadOnlyList<string> Paths { get; init; } = [];

    public ValuesSource Config { get; init; } = ValuesSource.Found;
    public ValuesSource Metrics { get; init; } = ValuesSource.Found;

    /// <summary>A part of a run's id: its result is taken, not the project's present tree.</summary>
    public string? Run { get; init; }

    public bool Pin { get; init; }
}

/// <summary>Where values come from. With neither, a well-known file of the project's root is read, where there is one.</summary>
/// <param name="File">A JSON or YAML file.</param>
/// <param name="Pairs"><c>K=V</c>; they win over the file.</param>
public sealed record ValuesSource(string? File, IReadOnlyList<string> Pairs)
{
    public static readonly ValuesSource Found = new(null, []);

    public bool IsGiven => File is not null || Pairs.Count > 0;
}

/// <summary>Which snapshots to list. Everything given must hold.</summary>
/// <param name="Project">Only those made in the project with this root.</param>
/// <param name="Label">Only those with this label.</param>
/// <param name="Text">Only those with this in a message or label.</param>
/// <param name="Limit">At most so many; null for all.</param>
public sealed record SnapshotFilter(string? Project = null, string? Label = null, string? Text = null, int? Limit = null);

/// <summary>How to change what is said of a snapshot. Its content never changes.</summary>
/// <param name="Message">Replaces the message of the newest entry; null leaves it.</param>
/// <param name="Label">Replaces its label; empty takes it away; null leaves it.</param>
/// <param name="Metrics">Merged into the newest version of the metrics, as a new version.</param>
/// <param name="Drop">Names of metrics to leave out of the new version.</param>
public sealed record SnapshotUpdate(string Name, string Directory, string? Message, string? Label, ValuesSource Metrics, IReadOnlyList<string> Drop);

/// <summary>What <c>glovebox checkout</c> was asked to do.</summary>
/// <param name="Name">A snapshot or a run.</param>
/// <param name="Directory">Where the user stands; the project is looked for from here.</param>
/// <param name="To">A new or empty directory to write to, instead of the project.</param>
/// <param name="Save">Unsaved work is made a snapshot first.</param>
/// <param name="Force">Unsaved work is overwritten.</param>
public sealed record CheckoutRequest(string Name, string Directory, string? To, bool Save, bool Force);
