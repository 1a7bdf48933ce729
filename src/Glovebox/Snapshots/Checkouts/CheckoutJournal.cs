using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Glovebox.Api;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Snapshots.Checkouts;

/// <summary>A checkout whose files are ready beside their places: from when this is written on, it is brought to its end, by whoever comes.</summary>
/// <param name="Id">The snapshot or run.</param>
/// <param name="ReadyAt">When the last file was ready: nanoseconds since 1970.</param>
internal sealed record JournalEntry(string Project, string Id, string? Environment, long ReadyAt, IReadOnlyList<JournalPart> Parts);

/// <summary>One directory of it.</summary>
/// <param name="Staging">The name of the folder in it that holds the new files.</param>
/// <param name="Before">The id of the tree that was there.</param>
/// <param name="After">The id of the tree that comes.</param>
internal sealed record JournalPart(string Root, string Staging, string Before, string After);

/// <summary>The journal of a home: at most one entry a project, in <c>checkouts/</c>.</summary>
internal sealed partial class CheckoutJournal(GloveboxHome home)
{
    private string Folder => home.Checkouts;

    public void Write(JournalEntry entry)
    {
        Directory.CreateDirectory(Folder);
        AtomicFile.Write(FileOf(entry.Project), JsonSerializer.SerializeToUtf8Bytes(entry, JournalJson.Default.JournalEntry), durable: true);
    }

    public void Remove(string project) => File.Delete(FileOf(project));

    /// <summary>Null when nothing is unfinished in the project.</summary>
    public JournalEntry? Read(string project) => File.Exists(FileOf(project)) ? ReadFile(FileOf(project)) : null;

    /// <exception cref="RefusalException">A checkout of this root was cut off and is not finished yet.</exception>
    public void RefuseUnfinished(string root)
    {
        if (Directory.Exists(Folder) && File.Exists(FileOf(root)))
            throw RefusalException.Conflict($"a checkout in {root} was cut off, and some files are old, some new; 'glovebox status' there finishes it");
    }

    public IReadOnlyList<JournalEntry> List() =>
        Directory.Exists(Folder) ? [.. Directory.EnumerateFiles(Folder, "*.json").Order(StringComparer.Ordinal).Select(ReadFile)] : [];

    private string FileOf(string project) =>
        Path.Combine(Folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project)).AsSpan(0, 16)) + ".json");

    private static JournalEntry ReadFile(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), JournalJson.Default.JournalEntry) ?? throw new JsonException("it is empty");
        }
        catch (JsonException failure)
        {
            throw RefusalException.Unable($"{path} is damaged ({failure.Message}); remove it and check out again: some files of that project may be old, some new");
        }
    }

    [JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
    [JsonSerializable(typeof(JournalEntry))]
    private sealed partial class JournalJson : JsonSerializerContext;
}
