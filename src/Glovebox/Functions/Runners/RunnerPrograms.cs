using System.Security.Cryptography;
using System.Text;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Functions.Runners;

/// <summary>The programs that serve calls inside of boxes: written into the home once for each text of them, and mounted read-only.</summary>
internal sealed class RunnerPrograms(GloveboxHome home)
{
    private const string Prefix = "runner/";
    private readonly Lazy<string> _folder = new(() => Write(home));

    /// <summary>A directory with all of them.</summary>
    public string Folder => _folder.Value;

    private static string Write(GloveboxHome home)
    {
        var assembly = typeof(RunnerPrograms).Assembly;
        var texts = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var stream = assembly.GetManifestResourceStream(name)!;
            using var text = new MemoryStream();
            stream.CopyTo(text);
            texts.Add(name[Prefix.Length..], text.ToArray());
        }
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, text) in texts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(SHA256.HashData(text));
        }
        var folder = Path.Combine(home.Runners, Convert.ToHexStringLower(hash.GetHashAndReset())[..16]);
        Directory.CreateDirectory(folder);
        // Each file appears whole; one that is there already has the same text, unless somebody changed it.
        foreach (var (name, text) in texts) AtomicFile.Write(Path.Combine(folder, name), text);
        return folder;
    }
}
