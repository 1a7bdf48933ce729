using Glovebox.Blobs;

namespace Glovebox.Sharing.Remotes;

/// <summary>
/// How a remote lies in a folder, here or behind ssh: <c>glovebox-remote</c> names the format, <c>objects/ab/abcd…</c> hold bytes by their
/// SHA-256, <c>run/ID.json</c> (and so on) the records; what is under way is in <c>incoming</c>.
/// </summary>
public static class RemoteLayout
{
    public const string Mark = "glovebox-remote", MarkText = "glovebox-remote 1\n", Incoming = "incoming";

    public static string PathOf(BlobId id) => $"objects/{id.Hex[..2]}/{id.Hex}";

    public static string PathOf(RecordName name) => $"{RecordName.Word(name.Kind)}/{name.Id}.json";

    /// <summary>The id of a record's file; null for any other name.</summary>
    public static string? IdOf(string fileName) =>
        fileName.EndsWith(".json", StringComparison.Ordinal) && RecordName.IsId(fileName.AsSpan()[..^5]) ? fileName[..^5] : null;
}
