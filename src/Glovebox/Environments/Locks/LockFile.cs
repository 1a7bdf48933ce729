using System.Text.Encodings.Web;
using System.Text.Json;
using Glovebox.Api;
using Glovebox.Files;
using Glovebox.Projects;

namespace Glovebox.Environments.Locks;

/// <summary>
/// <c>glovebox.lock</c>: JSON, for each environment the spec it was resolved from and its lock. Sorted and with one package a line, so that
/// it reads well in a diff.
/// </summary>
public sealed record LockFile(IReadOnlyDictionary<string, LockFileEntry> Environments)
{
    private const int Version = 1;

    public static readonly LockFile Empty = new(new Dictionary<string, LockFileEntry>());

    /// <summary>The project's lock file; empty when there is none.</summary>
    /// <exception cref="RefusalException">It cannot be read.</exception>
    public static LockFile Read(Project project)
    {
        if (!File.Exists(project.LockFile)) return Empty;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(project.LockFile));
            var version = document.RootElement.GetProperty("version").GetInt32();
            if (version != Version) throw new FormatException($"it is of version {version}, this program reads version {Version}");
            return new LockFile(document.RootElement.GetProperty("environments").EnumerateObject().ToDictionary(
                entry =>
                    entry.Name, entry =>
                        new LockFileEntry(
                            new SpecParts(LockJson.ReadMap(entry.Value, "spec")), LockJson.Read(entry.Value.GetProperty("lock")))));
        }
        catch (Exception wrong) when (wrong is JsonException or FormatException or InvalidOperationException or KeyNotFoundException)
        {
            throw RefusalException.Bad($"{project.LockFile}: not a lock file: {wrong.Message}. Write it anew with: glovebox env lock");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RefusalException.Bad($"{project.LockFile}: cannot be read: {failure.Message}");
        }
    }

    /// <summary>Writes the file whole.</summary>
    public void Write(Project project)
    {
        using var buffer = new MemoryStream();
        using (
            var json = new Utf8JsonWriter(
                buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Version);
            json.WriteStartObject("environments");
            foreach (var (name, entry) in Environments.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteStartObject(name);
                json.WriteString("digest", entry.Lock.Digest.ToString());
                LockJson.WriteMap(json, "spec", entry.Spec.Parts);
                json.WritePropertyName("lock");
                LockJson.Write(json, entry.Lock);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteEndObject();
        }
        buffer.WriteByte((byte)'\n');
        try
        {
            AtomicFile.Write(project.LockFile, buffer.ToArray());
        }
        catch (FileException failure)
        {
            throw RefusalException.Unable($"{project.LockFile} cannot be written: {failure.Reason}");
        }
    }
}

/// <summary>One environment of a lock file.</summary>
/// <param name="Spec">What it was resolved from.</param>
public sealed record LockFileEntry(SpecParts Spec, EnvironmentLock Lock)
{
    /// <exception cref="RefusalException">The project asks for something else by now; says what changed.</exception>
    public EnvironmentLock MatchOrRefuse(string environment, SpecParts now)
    {
        var changes = now.ChangesSince(Spec);
        return changes.Count == 0 ? Lock : throw RefusalException.Conflict(
            $"{Project.LockFileName} was written for another spec of environment '{environment}': {string.Join("; ", changes)}. To "
            + $"resolve it anew, run: glovebox env lock {environment}");
    }
}
