using Glovebox.Blobs;

namespace Glovebox.Sharing.Crates;

/// <summary>
/// What is where in an exported file, an uncompressed tar: <c>glovebox-export</c> names the format, <c>run/ID.json</c> is the record, <c>blobs/sha256/HEX</c>
/// every object, <c>ro-crate-metadata.json</c> says to everybody else what they are; <c>oci-layout</c> and <c>index.json</c> make the image readable to
/// tools that read OCI archives.
/// </summary>
internal static class CrateLayout
{
    public const string Mark = "glovebox-export", MarkText = "glovebox-export 1\n", Metadata = "ro-crate-metadata.json", OciMark = "oci-layout",
        OciIndex = "index.json";

    private const string Blobs = "blobs/sha256/";

    public static string PathOf(BlobId id) => Blobs + id.Hex;

    /// <summary>The object that an entry of that name is; null for other names.</summary>
    public static BlobId? IdOf(string path) =>
        path.StartsWith(Blobs, StringComparison.Ordinal) && BlobId.IsValid(path.AsSpan()[Blobs.Length..]) ? new BlobId(path[Blobs.Length..]) : null;
}
