using System.Diagnostics;
using System.Formats.Tar;

namespace Glovebox.Tests.Conformance.Docker;

/// <summary>A root file system of a few of this machine's programs and their libraries.</summary>
internal static class ImageTar
{
    private static readonly string[] Programs =
        ["sh", "env", "printf", "head", "cat", "sleep", "pwd", "cp", "ln", "ls", "grep", "mkdir", "rm", "touch", "true", "seq", "readlink", "perl"];

    public static async Task MakeAsync(string path)
    {
        await using var tar = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await using (var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true))
        {
            foreach (var directory in (string[])["usr", "usr/bin", "etc", "tmp", "dev", "proc", "sys"])
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.Directory, directory) { Mode = (UnixFileMode)0x1ed });
            foreach (var link in (string[])["bin", "lib", "lib64"])
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.SymbolicLink, link) { LinkName = "usr/" + link });
            var files = Programs.Select(program => "/usr/bin/" + program).ToList();
            foreach (var file in files.Concat(await LibrariesAsync(files)).Distinct())
            {
                await using var content = new FileStream(File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file, FileMode.Open, FileAccess.Read);
                var name = file.StartsWith("/usr/", StringComparison.Ordinal) ? file[1..] : "usr" + file;
                await writer.WriteEntryAsync(new PaxTarEntry(TarEntryType.RegularFile, name) { Mode = (UnixFileMode)0x1ed, DataStream = content });
            }
        }
    }

    private static async Task<List<string>> LibrariesAsync(List<string> programs)
    {
        var start = new ProcessStartInfo("ldd", programs) { UseShellExecute = false, RedirectStandardOutput = true };
        using var ldd = Process.Start(start)!;
        var output = await ldd.StandardOutput.ReadToEndAsync();
        await ldd.WaitForExitAsync();
        return [.. output.Split('\n').SelectMany(line => line.Split([' ', '\t'])).Where(word => word.StartsWith("/lib", StringComparison.Ordinal)).Distinct()];
    }
}
