using System.Text.Json.Nodes;
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
            new("config", Maps(Texts(a.Config), Texts(b.Config))),
            new("metrics", Maps(Texts(a.Metrics), Texts(b.Metrics))),
        ];
        return new SnapshotDiff(a.Id, b.Id, [.. sections.Where(section => section.Items.Count > 0)]);
    }

    private string Empty => trees.Save([]).Id.Hex;

    private IReadOnlyDictionary<string, string> Versions(Named named) =>
        named.Environment is { } digest ? environments.Versions(digest) : new Dictionary<string, string>();

    private static List<DiffItem> Maps(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        [.. a.Keys.Union(b.Keys).Order(StringComparer.Ordinal).Where(name => a.GetValueOrDefault(name) != b.GetValueOrDefault(name))
            .Select(name => new DiffItem(name, a.GetValueOrDefault(name), b.GetValueOrDefault(name)))];

    private static Dictionary<string, string> Texts(JsonObject values)
    {
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        Collect(values, "", texts);
        return texts;
    }

    private static void Collect(JsonObject values, string front, Dictionary<string, string> texts)
    {
        foreach (var (name, value) in values)
        {
            if (value is JsonObject { Count: > 0 } inner) Collect(inner, front + name + ".", texts);
            else texts[front + name] = value?.ToJsonString() ?? "null";
        }
    }
}
