using System.Security.Cryptography;
using System.Text;

namespace Glovebox.Functions.Bundles;

/// <summary>A function's code, unpacked.</summary>
/// <param name="Digest">SHA-256 over names, modes and bytes, in hexadecimal.</param>
/// <param name="Folder">On the host; never written to.</param>
internal sealed record Bundle(string Digest, string Folder, int Files, long Bytes);

/// <summary>What a folder of code holds, as one number: the same for the same names, kinds, modes, targets and bytes.</summary>
internal static class BundleDigest
{
    public static (string Digest, int Files, long Bytes) Of(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (files, bytes) = (0, 0L);
        foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", Whole).Order(StringComparer.Ordinal))
        {
            FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
            var name = Path.GetRelativePath(folder, path);
            if (entry.LinkTarget is { } target)
            {
                Add($"link {name}\0{target}");
            }
            else if (entry is FileInfo file)
            {
                using var content = file.OpenRead();
                Add($"{(file.UnixFileMode.HasFlag(UnixFileMode.UserExecute) ? "program" : "file")} {name}\0{Convert.ToHexStringLower(SHA256.HashData(content))}");
                files++;
                bytes += file.Length;
            }
            else
            {
                Add($"folder {name}");
            }
        }

        return (Convert.ToHexStringLower(hash.GetHashAndReset()), files, bytes);

        void Add(string text)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(text));
            hash.AppendData("\n"u8);
        }
    }

    /// <summary>Everything below, links not followed.</summary>
    private static readonly EnumerationOptions Whole = new()
    {
        RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false, ReturnSpecialDirectories = false,
    };
}
