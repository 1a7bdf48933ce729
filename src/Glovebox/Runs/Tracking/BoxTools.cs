using System.Security.Cryptography;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Runs.Tracking;

/// <summary>
/// The programs with which code in a box speaks to Glovebox: for Python, R and the shell. They are part of this program, and are written
/// once into the home under the hash of their content, so that boxes of two versions do not disturb each other.
/// </summary>
internal static class BoxTools
{
    private const int Executable = 0x1ED, Readable = 0x1A4;

    private static readonly (string Resource, string Path, int Mode)[] Files =
    [
        ("glovebox.py", "python/glovebox.py", Readable),
        ("sitecustomize.py", "autolog/sitecustomize.py", Readable),
        ("glovebox.R", "r/glovebox.R", Readable),
        ("glovebox-log", "bin/glovebox-log", Executable),
    ];

    /// <summary>The text of one of them, for use outside of a box.</summary>
    /// <param name="language"><c>python</c>, <c>r</c> or <c>shell</c>.</param>
    public static byte[]? TextFor(string language) => language switch
    {
        "python" => Read("glovebox.py"),
        "r" => Read("glovebox.R"),
        "shell" => Read("glovebox-log"),
        _ => null,
    };

    /// <summary>The folder that holds them all; written now if this home has none.</summary>
    public static string FolderIn(GloveboxHome home)
    {
        var contents = Array.ConvertAll(Files, file => Read(file.Resource));
        var folder = Path.Combine(home.BoxTools, NameOf(contents));
        // Written last, so where it is all are.
        if (File.Exists(Path.Combine(folder, Files[^1].Path))) return folder;
        for (var i = 0; i < Files.Length; i++)
        {
            var path = Path.Combine(folder, Files[i].Path);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, contents[i], Files[i].Mode);
        }

        return folder;
    }

    /// <summary>The name of the folder that this program uses; others are of other versions.</summary>
    public static string Name => NameOf(Array.ConvertAll(Files, file => Read(file.Resource)));

    private static string NameOf(byte[][] contents)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in contents) hash.AppendData(content);
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static byte[] Read(string resource)
    {
        using var stream = typeof(BoxTools).Assembly.GetManifestResourceStream("InBox/" + resource)
            ?? throw new InvalidOperationException($"{resource} is not embedded");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
