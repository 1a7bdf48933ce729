using System.Text.Json.Nodes;
using Glovebox.Api.Experiments;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Masking;
using Glovebox.Runs;
using Glovebox.Snapshots;

namespace Glovebox.Experiments.Bisecting;

/// <summary>Everything in which two runs differ and that a mixture can take from either.</summary>
internal sealed class Differences(ITrees trees, Run good, Run bad)
{
    private readonly List<(BisectChange Change, Func<RunRequest, Dictionary<string, TreeEntry>, RunRequest> Apply)> _items = [];

    public IReadOnlyList<BisectChange> Changes => [.. _items.Select(item => item.Change)];

    public static Differences Between(ITrees trees, Run good, Run bad)
    {
        var all = new Differences(trees, good, bad);
        all.Find();
        return all;
    }

    /// <summary>The good run with some changes of the bad one, as something to run.</summary>
    /// <param name="chosen">Numbers of <see cref="Changes"/>.</param>
    public RunRequest Mix(IReadOnlyList<int> chosen, string tag, IReadOnlyDictionary<string, string> secrets)
    {
        var request = new RunRequest
        {
            Directory = Path.Combine(good.Project, good.WorkingDirectory),
            Command = Words(good),
            Params = Pairs(good.Params),
            Variables = Known(good.Variables),
            Secrets = good.Secrets.Where(secrets.ContainsKey).ToDictionary(name => name, name => secrets[name]),
            Network = good.Network,
            Backend = good.Backend,
            Gpu = good.Gpu,
            Aside = true,
            RecordedEnvironment = good.Environment.Digest,
            Tags = [tag],
        };
        var entries = trees.Load(new BlobId(good.Tree)).Entries.ToDictionary(e => e.Path, StringComparer.Ordinal);
        foreach (var number in chosen) request = _items[number].Apply(request, entries);
        return request with { Tree = trees.Save(Whole(entries)).Id.Hex };
    }

    /// <summary>The same request with another tree: a file replaced.</summary>
    public string TreeWith(string tree, string path, TreeEntry entry)
    {
        var entries = trees.Load(new BlobId(tree)).Entries.ToDictionary(e => e.Path, StringComparer.Ordinal);
        entries[path] = entry;
        return trees.Save(Whole(entries)).Id.Hex;
    }

    private void Find()
    {
        if (!Words(good).SequenceEqual(Words(bad)))
            Add("command", "command", string.Join(' ', good.Command), string.Join(' ', bad.Command), (r, _) => r with { Command = Words(bad) });
        foreach (var name in good.Params.Select(p => p.Key).Union(bad.Params.Select(p => p.Key)).Order(StringComparer.Ordinal))
        {
            var (a, b) = (Word(good.Params, name), Word(bad.Params, name));
            if (a != b) Add("param", name, a, b, (r, _) => r with { Params = With(r.Params, name, b) });
        }

        foreach (var name in good.Variables.Keys.Union(bad.Variables.Keys).Order(StringComparer.Ordinal))
        {
            var (a, b) = (good.Variables.GetValueOrDefault(name), bad.Variables.GetValueOrDefault(name));
            if (a != b && b != MaskedNames.Mask) Add("variable", name, a, b, (r, _) => r with { Variables = With(r.Variables, name, b) });
        }

        if (good.Environment.Digest != bad.Environment.Digest)
            Add("environment", bad.Environment.Name, good.Environment.Digest, bad.Environment.Digest, (r, _) => r with { RecordedEnvironment = bad.Environment.Digest });
        if (good.Tree == bad.Tree) return;
        foreach (var change in trees.Compare(trees.Load(new BlobId(good.Tree)), trees.Load(new BlobId(bad.Tree))))
        {
            // Folders come and go with the files in them.
            if ((change.After ?? change.Before)!.Kind == TreeEntryKind.Directory) continue;
            Add("code", change.Path, Describe(change.Before), Describe(change.After), (r, entries) =>
            {
                if (change.After is { } after) entries[change.Path] = after;
                else entries.Remove(change.Path);
                return r;
            });
        }
    }

    private void Add(string kind, string name, string? a, string? b, Func<RunRequest, Dictionary<string, TreeEntry>, RunRequest> apply) =>
        _items.Add((new BisectChange(kind, name, a, b), apply));

    /// <summary>Entries whose folders are all there, and no file where another entry needs a folder.</summary>
    private static Dictionary<string, TreeEntry>.ValueCollection Whole(Dictionary<string, TreeEntry> entries)
    {
        foreach (var path in entries.Keys.ToList())
            for (var at = path.LastIndexOf('/'); at > 0; at = path.LastIndexOf('/', at - 1))
                if (!entries.TryGetValue(path[..at], out var parent) || parent.Kind != TreeEntryKind.Directory)
                    entries[path[..at]] = new TreeEntry(path[..at], TreeEntryKind.Directory, 0x1ED, 0, null, null);
        return entries.Values;
    }

    // The script's name with its interpreter, parameters still to be filled in: found again even where the working tree has no such file.
    private static string[] Words(Run run) => [.. run.Argv.Take(run.Argv.Count - run.Command.Count + 1), .. run.Command.Skip(1)];

    private static string? Word(JsonObject values, string name) => values.TryGetPropertyValue(name, out var value) ? value?.ToJsonString() ?? "null" : null;

    private static IReadOnlyList<string> Pairs(JsonObject values) => [.. values.Select(v => $"{v.Key}={v.Value?.ToJsonString() ?? "null"}")];

    private static IReadOnlyList<string> With(IReadOnlyList<string> pairs, string name, string? value)
    {
        var others = pairs.Where(pair => !pair.StartsWith(name + "=", StringComparison.Ordinal));
        return value is null ? [.. others] : [.. others, $"{name}={value}"];
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> variables, string name, string? value)
    {
        var all = variables.ToDictionary();
        all.Remove(name);
        if (value is not null) all[name] = value;
        return all;
    }

    private static Dictionary<string, string> Known(IReadOnlyDictionary<string, string> variables) =>
        variables.Where(v => v.Value != MaskedNames.Mask).ToDictionary();

    private static string? Describe(TreeEntry? entry) => entry switch
    {
        null => null,
        { Kind: TreeEntryKind.Symlink } => "-> " + entry.Target,
        _ => $"{entry.Blob?.Hex[..12]} {Convert.ToString(entry.Mode, 8)}",
    };
}
