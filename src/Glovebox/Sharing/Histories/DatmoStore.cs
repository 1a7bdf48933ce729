using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Blobs;
using Glovebox.Snapshots;

namespace Glovebox.Sharing.Histories;

/// <summary>Reads the files of a <c>.datmo</c> folder.</summary>
internal sealed class DatmoStore(string root)
{
    private readonly Dictionary<string, Dictionary<string, JsonObject>> _collections = new(StringComparer.Ordinal);

    /// <summary>The files of a collection's objects.</summary>
    public IReadOnlyList<string> Files(string collection)
    {
        var folder = Path.Combine(root, "database", collection, "objects");
        return Directory.Exists(folder) ? [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)] : [];
    }

    /// <summary>The object of that id; null when there is none that can be read.</summary>
    public JsonObject? Find(string collection, string id)
    {
        if (!_collections.TryGetValue(collection, out var known))
        {
            known = new Dictionary<string, JsonObject>(StringComparer.Ordinal);
            foreach (var file in Files(collection))
            {
                try
                {
                    var read = Read(file);
                    known[IdOf(read)] = read;
                }
                catch (DamagedEntryException)
                {
                    // Whoever needs it says that it is missing.
                }
            }
            _collections[collection] = known;
        }
        return known.GetValueOrDefault(id) ?? throw new DamagedEntryException($"its {collection} {id} is missing or damaged");
    }

    /// <exception cref="DamagedEntryException">It is no JSON object.</exception>
    public static JsonObject Read(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllBytes(path)) as JsonObject ?? throw new DamagedEntryException("it is no JSON object");
        }
        catch (JsonException wrong)
        {
            throw new DamagedEntryException($"it is no JSON: {wrong.Message}");
        }
    }

    /// <summary>The files of a version of the code; none for null.</summary>
    /// <exception cref="DamagedEntryException">The version, or one of its files, is missing.</exception>
    public IEnumerable<TreeEntry> Code(string? id, IBlobStore? blobs)
    {
        if (id is null) yield break;
        var commit = Text(Find("code", id) ?? [], "commit_id") ?? throw new DamagedEntryException($"its code {id} has no version");
        var manifest = Inside("code", commit);
        if (!File.Exists(manifest)) throw new DamagedEntryException($"its code's list {commit} is missing");
        foreach (var line in File.ReadLines(manifest).Where(line => line.Length > 0))
        {
            // A name may have commas of its own; the digest has none.
            var comma = line.LastIndexOf(',');
            if (comma <= 0) throw new DamagedEntryException($"its code's list {commit} has a line without a digest");
            var path = line[..comma];
            if (!EntryPath.IsValid(path)) throw new DamagedEntryException($"its code's list {commit} names '{path}', which is outside the project");
            var stored = Inside("code", Path.Combine(path, line[(comma + 1)..]));
            if (!File.Exists(stored)) throw new DamagedEntryException($"its code's file {path} is missing");
            yield return ForeignRuns.FileEntry(path, stored, blobs);
        }
    }

    /// <summary>The files of a collection; none for null.</summary>
    public IEnumerable<TreeEntry> Collection(string? id, string prefix, IBlobStore? blobs)
    {
        if (id is null) return [];
        var hash = Text(Find("file_collection", id) ?? [], "filehash") ?? throw new DamagedEntryException($"its files {id} have no digest");
        return ForeignRuns.Entries(Inside("collections", hash), prefix, blobs);
    }

    public static string? Text(JsonObject from, string name) => from[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>BlitzDB keeps an id as the primary key.</summary>
    /// <exception cref="DamagedEntryException">It has none.</exception>
    public static string IdOf(JsonObject from) => Text(from, "pk") ?? Text(from, "id") ?? throw new DamagedEntryException("it has no id");

    public static double? Number(JsonObject from, string name) =>
        from[name] is JsonValue value ? value.TryGetValue<double>(out var number) ? number : ForeignRuns.Number(value.ToString()) : null;

    /// <summary>datmo writes times as 2018-05-01T10:00:00.000000Z.</summary>
    public static DateTimeOffset? Time(JsonObject from, string name)
    {
        if (Text(from, name) is not { } text) return null;
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time) ? time : null;
    }

    /// <summary>A flat object's values: datmo keeps numbers as texts.</summary>
    public static JsonObject Values(JsonObject from, string name, bool numbersOnly)
    {
        var values = new JsonObject();
        if (from[name] is not JsonObject given) return values;
        foreach (var (key, value) in given)
        {
            if (value is JsonValue plain)
            {
                var typed = plain.TryGetValue<string>(out var text) ? ForeignRuns.Value(text) : plain.DeepClone();
                if (!numbersOnly || typed.GetValueKind() == JsonValueKind.Number) values[key] = typed;
            }
            else if (!numbersOnly) values[key] = value?.DeepClone();
        }
        return values;
    }

    /// <summary>Ids come from files: none may lead out of the folder.</summary>
    private string Inside(string folder, string name) => EntryPath.IsValid(name)
        ? Path.Combine(root, folder, name)
        : throw new DamagedEntryException($"it names '{name}', which is outside .datmo");
}
