using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace Glovebox.Tests.Distributions;

/// <summary>Makes wheels of one module each: what an index would hold.</summary>
internal static class WheelMaker
{
    /// <returns>The wheel's path.</returns>
    public static string Make(string directory, string name, string version, string source, string requires = "")
    {
        Directory.CreateDirectory(directory);
        var path = Path.Combine(directory, $"{name}-{version}-py3-none-any.whl");
        var info = $"{name}-{version}.dist-info";
        (string Path, string Content)[] files =
        [
            ($"{name}.py", source),
            (
                $"{info}/METADATA",
                $"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n{(requires.Length > 0 ? $"Requires-Dist: {requires}\n" : "")}"),
            ($"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
        ];
        using var archive = ZipFile.Open(path, ZipArchiveMode.Create);
        var record = new StringBuilder();
        foreach (var (file, content) in files)
        {
            Write(archive, file, content);
            var hash = Convert.ToBase64String(
                SHA256.HashData(Encoding.UTF8.GetBytes(content))).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            record.Append($"{file},sha256={hash},{content.Length}\n");
        }
        Write(archive, $"{info}/RECORD", record + $"{info}/RECORD,,\n");
        return path;
    }

    private static void Write(ZipArchive archive, string name, string content)
    {
        var entry = archive.CreateEntry(name);
        entry.LastWriteTime = new DateTimeOffset(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);
        using var writer = new StreamWriter(entry.Open());
        writer.Write(content);
    }
}
