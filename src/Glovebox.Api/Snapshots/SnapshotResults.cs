using System.Text.Json.Serialization;
using Glovebox.Api.Runs;
using Glovebox.Api.Times;

namespace Glovebox.Api.Snapshots;

/// <summary>What <c>create</c> did.</summary>
/// <param name="Created">False when the same content was a snapshot already: then it has one entry more.</param>
/// <param name="Notes">What the user should know: files that were read for config and metrics.</param>
public sealed record CreatedSnapshot(Snapshot Snapshot, bool Created, IReadOnlyList<string> Notes);

/// <summary>A path that differs.</summary>
/// <param name="Change"><c>added</c>, <c>modified</c>, <c>deleted</c>, <c>renamed</c> or <c>mode</c> (only the permissions differ).</param>
/// <param name="From">Where a renamed one was.</param>
/// <param name="Kind"><c>file</c>, <c>directory</c> or <c>symlink</c>: what it is now, or was when deleted.</param>
public sealed record PathChange(string Path, string Change, string Kind, string? From = null);

/// <summary>How a project stands to its snapshots.</summary>
/// <param name="Current">
/// The newest snapshot that equals the project's tree; else what was last created or checked out in it; null when there is none.
/// </param>
/// <param name="IsClean">True when nothing differs from <paramref name="Current"/>.</param>
/// <param name="Changes">In path order; without a current snapshot, empty.</param>
/// <param name="Unfinished">The snapshot or run whose checkout was cut off and has been finished now; null mostly.</param>
public sealed record ProjectStatus(string Project, CurrentContent? Current, bool IsClean, IReadOnlyList<PathChange> Changes, string? Unfinished);

/// <summary>What a project was brought to.</summary>
/// <param name="Kind"><c>snapshot</c> or <c>run</c>.</param>
public sealed record CurrentContent(
    string Id, string Kind, string? Message, string? Label, [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset At);

/// <summary>What a checkout did.</summary>
/// <param name="Id">The full id of what was checked out; <c>ID:before</c> for the tree that a run began with.</param>
/// <param name="Directory">Where it is now.</param>
/// <param name="Changes">What changed on disk, in path order.</param>
/// <param name="Left">Paths that were left alone: they changed while the checkout was at work.</param>
/// <param name="Saved">The snapshot that <c>--save</c> made; null when there was nothing to save.</param>
public sealed record CheckoutResult(string Id, string Directory, IReadOnlyList<PathChange> Changes, IReadOnlyList<string> Left, Snapshot? Saved);

/// <summary>What differs between two snapshots or runs, section by section; only sections with differences are there.</summary>
/// <param name="Sections"><c>code</c>, <c>files</c>, <c>environment</c>, <c>packages</c>, <c>config</c> and <c>metrics</c>.</param>
public sealed record SnapshotDiff(string A, string B, IReadOnlyList<DiffSection> Sections);
