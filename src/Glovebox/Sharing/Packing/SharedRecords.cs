using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;
using Glovebox.Blobs;

namespace Glovebox.Sharing.Packing;

/// <summary>An object that a record names.</summary>
/// <param name="Sha256">64 hexadecimal digits.</param>
/// <param name="Size">Bytes.</param>
internal sealed record SharedPiece(string Sha256, long Size)
{
    [JsonIgnore]
    public BlobId Id => new(Sha256);

    [JsonIgnore]
    public bool IsValid => BlobId.IsValid(Sha256) && Size >= 0;

    public static SharedPiece Of(Piece piece) => new(piece.Id.Hex, piece.Size);
}

/// <summary>An image as a record names it.</summary>
/// <param name="Layers">Lowest first, each a tar.</param>
/// <param name="Names">Those it has where it was pushed from.</param>
internal sealed record SharedImage(SharedPiece Config, IReadOnlyList<SharedPiece> Layers, IReadOnlyList<string> Names);

/// <summary>An environment as a record names it.</summary>
/// <param name="Packages">Of a machine that was the environment: what was installed on it.</param>
/// <param name="Image">What it was built into; null for a machine, and where images were left behind.</param>
internal sealed record SharedEnvironment(SharedPiece Lock, SharedPiece? Packages, SharedImage? Image);

/// <summary>The record <c>run/ID.json</c>.</summary>
/// <param name="Format"><see cref="Version"/>.</param>
/// <param name="Log">What it printed, in the form of the home's log; null when it printed nothing.</param>
/// <param name="Environment">Null when its lock was not in the home it came from.</param>
/// <param name="Trees">The trees before and after; what is in them is in their manifests.</param>
/// <param name="Files">Further blobs: what the lock needs to be built again, and what the run's record names by itself.</param>
internal sealed record SharedRun(
    string Format, Run Run, SharedPiece? Log, SharedEnvironment? Environment, IReadOnlyList<SharedPiece> Trees, IReadOnlyList<SharedPiece> Files)
{
    public const string Version = "glovebox-run 1";
}

/// <summary>The record <c>image/DIGEST.json</c>.</summary>
internal sealed record SharedImageRecord(string Format, SharedImage Image)
{
    public const string Version = "glovebox-image 1";
}

/// <summary>The record <c>snapshot/ID.json</c>.</summary>
/// <param name="Trees">The project's tree and that of the files beside it.</param>
/// <param name="Content">The text that the id is the digest of.</param>
internal sealed record SharedSnapshot(
    string Format, Snapshot Snapshot, SharedEnvironment? Environment, IReadOnlyList<SharedPiece> Trees, SharedPiece Content, IReadOnlyList<SharedPiece> Files)
{
    public const string Version = "glovebox-snapshot-record 1";
}

/// <summary>Records as they are written: one form, so that equal records have equal bytes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, NewLine = "\n", RespectNullableAnnotations = true)]
[JsonSerializable(typeof(SharedRun))]
[JsonSerializable(typeof(SharedSnapshot))]
[JsonSerializable(typeof(SharedImageRecord))]
internal sealed partial class SharedJson : JsonSerializerContext
{
    private static readonly Lazy<SharedJson> Readable =
        new(() => new SharedJson(new JsonSerializerOptions(Default!.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));

    public static byte[] Write<T>(T record) =>
        [.. JsonSerializer.SerializeToUtf8Bytes(record, (JsonTypeInfo<T>)Readable.Value.GetTypeInfo(typeof(T))!), (byte)'\n'];

    /// <exception cref="FormatException">It is no such record.</exception>
    public static T Read<T>(byte[] bytes)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, (JsonTypeInfo<T>)Readable.Value.GetTypeInfo(typeof(T))!) ?? throw new FormatException("it is null");
        }
        catch (JsonException wrong)
        {
            throw new FormatException(wrong.Message, wrong);
        }
    }
}
