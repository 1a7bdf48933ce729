using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Sharing.Packing;
using Glovebox.Snapshots;

namespace Glovebox.Sharing.Crates;

/// <summary>
/// Says to those who do not know Glovebox what is in an exported file: RO-Crate Metadata Specification 1.1 (JSON-LD of schema.org's words). The run is a
/// CreateAction, the tree before it is its object, what it wrote its result; every file is named by its digest and carries the name it had.
/// </summary>
internal sealed class CrateMetadata(ITrees trees)
{
    private static readonly JsonWriterOptions Form = new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public byte[] Write(Run run, Parcel parcel)
    {
        var inputs = NamesOf(run.Tree);
        var outputs = OutputsOf(run);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Form))
        {
            json.WriteStartObject();
            json.WriteString("@context", "https://w3id.org/ro/crate/1.1/context");
            json.WriteStartArray("@graph");
            WriteHead(json, run, parcel);
            WriteRun(json, run, inputs, outputs);
            WriteEnvironment(json, run);
            foreach (var piece in parcel.Pieces.OrderBy(piece => piece.Id.Hex, StringComparer.Ordinal)) WriteFile(json, piece, inputs, outputs, run);
            WriteValues(json, "param", run.Params);
            WriteValues(json, "metric", run.Metrics);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return [.. buffer.ToArray(), (byte)'\n'];
    }

    private static void WriteHead(Utf8JsonWriter json, Run run, Parcel parcel)
    {
        Begin(json, CrateLayout.Metadata, "CreativeWork");
        Link(json, "conformsTo", "https://w3id.org/ro/crate/1.1");
        Link(json, "about", "./");
        json.WriteEndObject();
        Begin(json, "./", "Dataset");
        json.WriteString("name", $"Run {run.Id}: {string.Join(' ', run.Command)}");
        json.WriteString("description", run.Message ?? "A recorded run of Glovebox with its code, inputs, environment and outputs.");
        // Of the run and not of the export, so that equal content has equal bytes.
        json.WriteString("datePublished", Time(run.StartedAt));
        Link(json, "license", "#license");
        Links(json, "hasPart", parcel.Pieces.Select(piece => CrateLayout.PathOf(piece.Id)).Order(StringComparer.Ordinal));
        Link(json, "mentions", "#run");
        json.WriteEndObject();
        Begin(json, "#license", "CreativeWork");
        json.WriteString("name", "not stated");
        json.WriteString("description", "Who exported this stated no license.");
        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json, Run run, ILookup<BlobId, string> inputs, ILookup<BlobId, string> outputs)
    {
        Begin(json, "#run", "CreateAction");
        json.WriteString("name", string.Join(' ', run.Argv));
        json.WriteString("identifier", run.Id);
        json.WriteString("startTime", Time(run.StartedAt));
        if (run.DurationSeconds is { } seconds) json.WriteString("endTime", Time(run.StartedAt.AddSeconds(seconds)));
        Link(json, "actionStatus", run.Status == ExecutionState.Succeeded ? "http://schema.org/CompletedActionStatus" : "http://schema.org/FailedActionStatus");
        if (run.Error is { } error) json.WriteString("error", error);
        Link(json, "instrument", "#environment");
        Links(json, "object", Paths(inputs).Concat(run.Params.Select(pair => IdOf("param", pair.Key))));
        Links(json, "result", Paths(outputs).Concat(run.Metrics.Select(pair => IdOf("metric", pair.Key))));
        json.WriteEndObject();
    }

    private static void WriteEnvironment(Utf8JsonWriter json, Run run)
    {
        Begin(json, "#environment", "SoftwareApplication");
        json.WriteString("name", run.Environment.Name);
        json.WriteString("version", run.Environment.Digest);
        json.WriteString("identifier", run.Image);
        json.WriteString("operatingSystem", "Linux");
        json.WriteString("processorRequirements", run.Host.Architecture);
        json.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter json, Piece piece, ILookup<BlobId, string> inputs, ILookup<BlobId, string> outputs, Run run)
    {
        Begin(json, CrateLayout.PathOf(piece.Id), "File");
        string[] names = [.. inputs[piece.Id].Concat(outputs[piece.Id]).Distinct().Order(StringComparer.Ordinal)];
        json.WriteString("name", names.Length > 0 ? names[0] : Role(piece, run));
        if (names.Length > 1)
        {
            json.WriteStartArray("alternateName");
            foreach (var name in names.Skip(1)) json.WriteStringValue(name);
            json.WriteEndArray();
        }
        json.WriteString("contentSize", piece.Size.ToString(CultureInfo.InvariantCulture));
        json.WriteString("sha256", piece.Id.Hex);
        if (Format(piece, names) is { } format) json.WriteString("encodingFormat", format);
        json.WriteEndObject();
    }

    private static string Role(Piece piece, Run run) => piece.Kind switch
    {
        PieceKind.Layer => "a layer of the environment's image",
        PieceKind.Image => "the configuration of the environment's image",
        PieceKind.Lock => "the environment's lock: every package with version and digest",
        PieceKind.Packages => "the packages of the machine it ran on",
        PieceKind.Log => "what the run printed",
        _ when piece.Id.Hex == run.Tree => "the tree before the run",
        _ when piece.Id.Hex == run.TreeAfter => "the tree after the run",
        _ => "a file of the environment",
    };

    private static string? Format(Piece piece, string[] names) => piece.Kind switch
    {
        PieceKind.Layer => "application/vnd.oci.image.layer.v1.tar",
        PieceKind.Image => "application/vnd.oci.image.config.v1+json",
        PieceKind.Lock or PieceKind.Packages => "application/json",
        _ when names.Length == 0 => null,
        _ => Path.GetExtension(names[0]) switch
        {
            ".py" => "text/x-python",
            ".json" => "application/json",
            ".csv" => "text/csv",
            ".svg" => "image/svg+xml",
            ".png" => "image/png",
            ".sh" => "application/x-sh",
            ".txt" or ".md" or ".R" or ".r" or ".yaml" or ".toml" => "text/plain",
            _ => null,
        },
    };

    private static void WriteValues(Utf8JsonWriter json, string kind, JsonObject values)
    {
        foreach (var (name, value) in values)
        {
            Begin(json, IdOf(kind, name), "PropertyValue");
            json.WriteString("name", name);
            json.WritePropertyName("value");
            if (value is JsonValue plain) plain.WriteTo(json);
            else json.WriteStringValue(value?.ToJsonString() ?? "null");
            json.WriteEndObject();
        }
    }

    private ILookup<BlobId, string> NamesOf(string tree) => trees.Load(new BlobId(tree)).Entries
        .Where(entry => entry.Blob is not null).ToLookup(entry => entry.Blob!.Value, entry => Readable(entry.Path));

    private static ILookup<BlobId, string> OutputsOf(Run run) => run.Outputs
        .Where(output => output.Sha256 is not null).ToLookup(output => new BlobId(output.Sha256!), output => Readable(output.Path));

    /// <summary>A name that is not UTF-8 cannot stand in JSON: what is not UTF-8 in it shows as U+FFFD; the tree has its bytes.</summary>
    private static string Readable(string path) => path.Any(char.IsSurrogate)
        ? Encoding.UTF8.GetString(PathBytes.FromText(path)) : path;

    private static IEnumerable<string> Paths(ILookup<BlobId, string> files) =>
        files.Select(file => CrateLayout.PathOf(file.Key)).Order(StringComparer.Ordinal);

    private static string IdOf(string kind, string name) => $"#{kind}-{Uri.EscapeDataString(name)}";

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static void Begin(Utf8JsonWriter json, string id, string type)
    {
        json.WriteStartObject();
        json.WriteString("@id", id);
        json.WriteString("@type", type);
    }

    private static void Link(Utf8JsonWriter json, string name, string id)
    {
        json.WriteStartObject(name);
        json.WriteString("@id", id);
        json.WriteEndObject();
    }

    private static void Links(Utf8JsonWriter json, string name, IEnumerable<string> ids)
    {
        json.WriteStartArray(name);
        foreach (var id in ids)
        {
            json.WriteStartObject();
            json.WriteString("@id", id);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }
}
