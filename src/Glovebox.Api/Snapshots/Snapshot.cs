using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Glovebox.Api.Times;

namespace Glovebox.Api.Snapshots;

/// <summary>Code, environment, files and configuration, by content; with what was said of it. The JSON of this record is what <c>--json</c> prints.</summary>
public sealed record Snapshot
{
    /// <summary>The SHA-256 of the content's canonical text: 64 lower-case hexadecimal digits. Equal content has equal ids, on every machine.</summary>
    public required string Id { get; init; }

    /// <summary>The project's tree, by its digest.</summary>
    public required string Tree { get; init; }

    /// <summary>The digest of the environment's lock, <c>sha256:…</c>; null where nothing is resolved, and for the machine's own (<c>host</c>).</summary>
    public string? Environment { get; init; }

    /// <summary>A tree of the files beside the project's tree, each below its name; null when there are none.</summary>
    public string? FilesTree { get; init; }

    /// <summary>The names in <see cref="FilesTree"/>, in order.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Configuration, typed.</summary>
    public JsonObject Config { get; init; } = [];

    /// <summary>Files, directories and links of both trees.</summary>
    public required int Count { get; init; }

    /// <summary>Bytes of the files of both trees.</summary>
    public required long Bytes { get; init; }

    /// <summary>What each <c>create</c> of this content said, oldest first. Never empty.</summary>
    public required IReadOnlyList<SnapshotEntry> Entries { get; init; }

    /// <summary>Every version of the metrics, oldest first: the last one counts.</summary>
    public IReadOnlyList<MetricsVersion> Metrics { get; init; } = [];

    /// <summary>It cannot be removed until it is unpinned.</summary>
    public bool Pinned { get; init; }
}

/// <summary>One <c>create</c>: equal content is one snapshot, and each time it was made is kept.</summary>
/// <param name="Label">A name for the snapshot, within the project.</param>
/// <param name="Project">The project's root.</param>
/// <param name="Run">The run whose result it is.</param>
/// <param name="Sources">Where each file of <see cref="Snapshot.Files"/> came from: relative to the project's root, or an absolute path.</param>
public sealed record SnapshotEntry(
    string Message, string? Label, [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset CreatedAt, string Project, string? Run,
    IReadOnlyDictionary<string, string> Sources);

/// <summary>Metrics as they were from a time on.</summary>
/// <param name="Version">1, 2, 3 …</param>
public sealed record MetricsVersion(int Version, [property: JsonConverter(typeof(UtcTimeConverter))] DateTimeOffset At, JsonObject Values);
