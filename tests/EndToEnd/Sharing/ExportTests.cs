using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using Glovebox.Tests.EndToEnd.Environments;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Sharing;

/// <summary>A run in one file.</summary>
public sealed class ExportTests(BuiltHome built) : SharedPlace
{
    private string Archive => Path.Combine(Elsewhere, "run.glovebox");

    [Fact]
    public async Task With_its_box_it_runs_again_in_an_empty_home_with_no_network()
    {
        Write("glovebox.yaml", BuiltHome.Spec);
        Write("train.py", "import os\nopen('out.txt', 'w').write(os.environ['COLOUR'] * 3)\n");
        var run = (await built.Glovebox.RunAsync(Project, ["run", "--json", "train.py"])).Exits(0).Json;
        var id = (string)run["id"]!;

        (await built.Glovebox.RunAsync(Project, ["export", id, "-o", Archive])).Exits(0);
        (await CutOffAsync("import", Archive)).Exits(0);
        var verified = (await CutOffAsync("rerun", id, "--verify")).Exits(0);

        Assert.Matches("equal +out.txt\n", verified.Output);
        Assert.Equal((string?)run["image"], (string?)(await ThereAsync("runs", "show", id, "--json")).Json["image"]);
        // Others read the image in it too.
        using var tar = Process.Start(new ProcessStartInfo("tar", ["tf", Archive]) { RedirectStandardOutput = true, UseShellExecute = false })!;
        Assert.Contains("index.json", await tar.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Equal_runs_make_equal_bytes_and_the_host_is_spoken_of()
    {
        var id = await RecordedAsync();

        var said = (await RunAsync("export", id, "-o", Archive)).Exits(0).Error;
        (await RunAsync("export", id, "-o", Archive + ".2", "-q")).Exits(0);

        Assert.Equal(File.ReadAllBytes(Archive), File.ReadAllBytes(Archive + ".2"));
        Assert.Contains("cannot travel", said, StringComparison.Ordinal);
        (await ThereAsync("import", Archive)).Exits(0);
        Assert.Matches("equal +out.txt\n", (await ThereAsync("rerun", id, "--verify")).Exits(0).Output);
    }

    [Fact]
    public async Task The_metadata_is_an_RO_Crate()
    {
        var id = await RecordedAsync();
        (await RunAsync("export", id, "-o", Archive)).Exits(0);
        var folder = Path.Combine(Elsewhere, "unpacked");
        Directory.CreateDirectory(folder);
        await TarFile.ExtractToDirectoryAsync(Archive, folder, overwriteFiles: false, TestContext.Current.CancellationToken);

        Assert.Equal("https://w3id.org/ro/crate/1.1", await JqAsync(".\"@graph\"[] | select(.\"@id\"==\"ro-crate-metadata.json\") | .conformsTo.\"@id\""));
        Assert.Equal("bash script.sh", await JqAsync(".\"@graph\"[] | select(.\"@type\"==\"CreateAction\") | .name"));
        // Every part is described, is there, and has the size that is said.
        var parts = (await JqAsync("(.\"@graph\"[] | select(.\"@id\"==\"./\") | .hasPart[].\"@id\") as $p | .\"@graph\"[] | select(.\"@id\"==$p) | \"\\(.\"@id\") \\(.contentSize)\""))
            .Split('\n');
        Assert.True(parts.Length > 5);
        foreach (var part in parts.Select(part => part.Split(' ')))
            Assert.Equal(part[1], new FileInfo(Path.Combine(folder, part[0])).Length.ToString());
        Assert.Equal("0", await JqAsync("[.\"@graph\"[].\"@id\"] | length - (unique | length)"));
        Assert.Equal("0.5", await JqAsync(".\"@graph\"[] | select(.\"@id\"==\"#metric-acc\") | .value"));

        async Task<string> JqAsync(string filter)
        {
            using var jq = Process.Start(new ProcessStartInfo("jq", ["-r", filter, Path.Combine(folder, "ro-crate-metadata.json")]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            var text = await jq.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await jq.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, jq.ExitCode);
            return text.Trim();
        }
    }

    [Fact]
    public async Task Hostile_and_damaged_files_are_refused_whole()
    {
        var id = await RecordedAsync();
        (await RunAsync("export", id, "-o", Archive)).Exits(0);
        var whole = File.ReadAllBytes(Archive);

        await RefusedAsync("truncated", whole[..(whole.Length / 2)]);
        await RefusedAsync("no whole export", Encoding.ASCII.GetBytes("not a tar"));
        await RefusedAsync("no whole export", []);
        var flipped = (byte[])whole.Clone();
        flipped[whole.AsSpan().IndexOf("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"u8) + 5000] = (byte)'b';
        await RefusedAsync("another digest", flipped);
        await RefusedAsync("..", await WithAsync(whole, new PaxTarEntry(TarEntryType.RegularFile, "../evil") { DataStream = new MemoryStream([1]) }));
        await RefusedAsync("absolute", await WithAsync(whole, new PaxTarEntry(TarEntryType.RegularFile, "/etc/evil") { DataStream = new MemoryStream([1]) }));
        await RefusedAsync("neither a file", await WithAsync(whole, new PaxTarEntry(TarEntryType.SymbolicLink, "blobs/sha256/x") { LinkName = "/etc/passwd" }));
        await RefusedAsync("twice", await WithAsync(whole, new PaxTarEntry(TarEntryType.RegularFile, $"run/{id}.json") { DataStream = new MemoryStream([1]) }));
        await RefusedAsync("missing in it", await WithoutAsync(whole, Sha256("data")));
    }

    private async Task RefusedAsync(string reason, byte[] bytes)
    {
        File.WriteAllBytes(Archive, bytes);

        var ended = await ThereAsync("import", Archive);

        Assert.Contains(reason, ended.Error, StringComparison.Ordinal);
        ended.Exits(2);
        Assert.Empty(await RunsThereAsync());
        var blobs = Path.Combine(Other.Home, "blobs");
        Assert.Empty(Directory.Exists(blobs) ? Directory.EnumerateFiles(blobs, "*", SearchOption.AllDirectories) : []);
    }

    private static async Task<byte[]> WithAsync(byte[] archive, TarEntry more)
    {
        using var output = new MemoryStream();
        await using (var writer = new TarWriter(output, leaveOpen: true))
        {
            await CopyAsync(archive, writer, _ => true);
            await writer.WriteEntryAsync(more);
        }
        return output.ToArray();
    }

    private static async Task<byte[]> WithoutAsync(byte[] archive, string hash)
    {
        using var output = new MemoryStream();
        await using (var writer = new TarWriter(output, leaveOpen: true)) await CopyAsync(archive, writer, name => !name.EndsWith(hash, StringComparison.Ordinal));
        return output.ToArray();
    }

    private static async Task CopyAsync(byte[] archive, TarWriter writer, Func<string, bool> keep)
    {
        using var input = new MemoryStream(archive);
        await using var reader = new TarReader(input);
        while (await reader.GetNextEntryAsync() is { } entry)
            if (keep(entry.Name)) await writer.WriteEntryAsync(entry);
    }

    /// <summary>In a network namespace of its own, where even loopback is down.</summary>
    private async Task<Ended> CutOffAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("unshare", ["-n", Product.Launcher, .. arguments])
        {
            WorkingDirectory = Elsewhere, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
            Environment = { ["GLOVEBOX_HOME"] = Other.Home },
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new Ended(process.ExitCode, Bytes(await output), Bytes(await error));
    }
}
