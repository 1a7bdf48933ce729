using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Snapshots.Records;

namespace Glovebox.Snapshots.Diff;

/// <summary>Says what differs between two recorded contents.</summary>
internal sealed class SnapshotDiffer(ITrees trees, IBlobStore blobs, IEnvironmentPins environments)
{
    private readonly CodeDiff _code = new(trees, blobs);

    public SnapshotDiff Compare(Named a, Named b)
    {
        DiffSection[] sections =
        [
            new("code", _code.Compare(a.Tree, b.Tree)),
            new("files", a.Files == b.Files ? [] : _code.Compare(a.Files ?? Empty, b.Files ?? Empty)),
            new("environment", a.Environment == b.Environment ? [] : [new DiffItem("digest", a.Environment, b.Environment)]),
            new("packages", a.Environment == b.Environment ? [] : Maps(Versions(a), Versions(b))),
            new("config", ValueDiff.Of(a.Config, b.Config)),
            new("metrics", ValueDiff.Of(a.Metrics, b.Metrics)),
        ];
        return new SnapshotDiff(a.Id, b.Id, [.. sections.Where(section => section.Items.Count > 0)]);
    }

    private string Empty => trees.Save([]).Id.Hex;

    private IReadOnlyDictionary<string, string> Versions(Named named) =>
        named.Environment is { } digest ? environments.Versions(digest) : new Dictionary<string, string>();

    private static List<DiffItem> Maps(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        [.. a.Keys.Union(b.Keys).Order(StringComparer.Ordinal).Where(name => a.GetValueOrDefault(name) != b.GetValueOrDefault(name))
            .Select(name => new DiffItem(name, a.GetValueOrDefault(name), b.GetValueOrDefault(name)))];
}
