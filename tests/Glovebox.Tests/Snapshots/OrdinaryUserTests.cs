using System.Diagnostics;
using Glovebox.Files;
using Glovebox.Snapshots;

namespace Glovebox.Tests.Snapshots;

/// <summary>What only shows without root's powers. Run as root, the tests run themselves again as another user.</summary>
public sealed class OrdinaryUserTests
{
    private static bool IsRoot => Libc.EffectiveUser() == 0;

    [Fact]
    public void As_an_ordinary_user_all_holds_too()
    {
        Assert.SkipUnless(IsRoot, "already an ordinary user");
        var self = Path.Join(AppContext.BaseDirectory, "Glovebox.Tests");
        string[] asNobody = ["--reuid=65534", "--regid=65534", "--clear-groups", "--"];
        Assert.SkipUnless(Run("setpriv", [.. asNobody, "test", "-x", self]).Code == 0, $"another user cannot reach {self}");
        var (code, output) = Run("setpriv", [.. asNobody, self, "-noColor",
            "-class", typeof(OrdinaryUserTests).FullName!, "-class", typeof(RoundTripTests).FullName!, "-class", typeof(ApplyTests).FullName!, "-method-", "*sparse*"]);
        Assert.True(code == 0, output);
        Assert.Contains("Failed: 0", output);
        Assert.DoesNotContain("Total: 0", output);
    }

    [Fact]
    public void What_cannot_be_read_is_named()
    {
        Assert.SkipWhen(IsRoot, "root reads everything");
        using var fixture = new TreesFixture();
        fixture.Write("folder/secret", "x");
        var path = Path.Join(fixture.Root, "folder/secret");
        File.SetUnixFileMode(path, UnixFileMode.None);
        var failure = Assert.Throws<UnreadableTreeException>(fixture.Capture);
        Assert.Equal(path, failure.Path);
        Assert.Contains("Permission denied", failure.Message);
        fixture.Write(".gloveboxignore", "secret");
        Assert.Equal([".gloveboxignore", "folder"], fixture.Capture().Entries.Select(entry => entry.Path));
        File.SetUnixFileMode(Path.GetDirectoryName(path)!, UnixFileMode.UserExecute);
        Assert.Equal(Path.GetDirectoryName(path), Assert.Throws<UnreadableTreeException>(fixture.Capture).Path);
    }

    [Fact]
    public void Changes_reach_read_only_folders_and_come_from_closed_ones()
    {
        Assert.SkipWhen(IsRoot, "root writes everywhere");
        using var fixture = new TreesFixture();
        fixture.Write("closed/file", "old");
        fixture.Write("closed/gone", "old");
        Mode("root/closed", 0x16D);
        var before = fixture.Capture();
        var upper = fixture.Folder.Make("upper");
        Directory.CreateDirectory(Path.Join(upper, "closed/new"));
        File.WriteAllText(Path.Join(upper, "closed/file"), "changed");
        File.WriteAllText(Path.Join(upper, "closed/new/file"), "new");
        foreach (var path in (string[])["upper/closed/file", "upper/closed/new/file", "upper/closed/new", "upper/closed"]) Mode(path, 0);
        var changes = fixture.Trees.ReadUpper(upper, before, fixture.Root, [], CancellationToken.None);
        Assert.Equal(["closed", "closed/file", "closed/new", "closed/new/file"], changes.Recorded.Select(change => change.Path));
        Assert.Equal(0, changes.Recorded.Sum(change => change.After!.Mode));
        Assert.Empty(fixture.Trees.Apply(changes, upper, before, fixture.Root, CancellationToken.None));
        foreach (var path in (string[])["root/closed", "root/closed/new", "root/closed/new/file"]) Mode(path, 0x1C0);
        Assert.Equal("new", File.ReadAllText(Path.Join(fixture.Root, "closed/new/file")));

        void Mode(string path, int mode) => File.SetUnixFileMode(fixture.Folder[path], (UnixFileMode)mode);
    }

    [Fact]
    public void The_overlay_of_a_user_namespace_is_read_as_well()
    {
        Assert.SkipWhen(IsRoot, "needs an ordinary user");
        using var fixture = new TreesFixture();
        var copy = fixture.Folder.Make("copy");
        foreach (var file in (string[])["kept", "gone", "replaced/a", "replaced/b", "deep/x/y", "was-file", "was-folder/z"])
        {
            fixture.Write(file, file);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Join(copy, file))!);
            File.WriteAllText(Path.Join(copy, file), file);
        }
        var before = fixture.Capture();
        foreach (var folder in (string[])["upper", "work", "merged"]) fixture.Folder.Make(folder);
        const string Work = "rm gone; rm -r replaced; mkdir replaced; echo n > replaced/b; echo m >> deep/x/y; chmod 700 deep; rm was-file; " +
            "mkdir was-file; echo q > was-file/q; rm -r was-folder; echo f > was-folder; ln -s kept link; touch kept; : > empty";
        var (code, output) = Run("unshare", "-Urm", "sh", "-ec",
            $"cd '{fixture.Folder.Path}'; mount -t overlay overlay -o userxattr,lowerdir=root,upperdir=upper,workdir=work merged; cd merged; {Work}");
        Assert.SkipUnless(code == 0, output);
        Assert.Equal(0, Run("sh", "-ec", $"cd '{copy}'; {Work}").Code);
        var changes = fixture.Trees.ReadUpper(fixture.Folder["upper"], before, fixture.Root, [], CancellationToken.None);
        Assert.Equal(TreeChangeKind.Rewritten, changes.Recorded.Single(change => change.Path == "kept").Kind);
        Assert.Empty(fixture.Trees.Apply(changes, fixture.Folder["upper"], before, fixture.Root, CancellationToken.None));
        Assert.Equal(Listing.Of(copy), Listing.Of(fixture.Root));
    }

    private static (int Code, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
