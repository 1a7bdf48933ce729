using System.Diagnostics;
using System.Text;
using Glovebox.Files;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Ignoring;

namespace Glovebox.Tests.Snapshots;

/// <summary>The ignore rules are git's own, which is asked.</summary>
public sealed class GitIgnoreTests
{
    private static readonly string[] Pieces =
    [
        "a", "b", "ab", "a.o", "*", "**", "?", "/", "/", "!", "\\", "[ab]", "[!a]", "[^b]", "[a-b]", "[]a]", "[[:alpha:]]", "[[:nope:]]",
        "[[:space:]]", "[a", "[b-", "\\*", "\\ ", " ", "*.o", "**/", "/**", "a/", "#", "]", "-", "x y", "\r", ".", "[\\]]", "[a-\\b]", "[:a:]",
    ];

    private static readonly string[] Names = ["a", "b", "ab", "a.o", "b.o", "x y", "*", "#", "a ", "]", "[a", "-"];

    [Fact]
    public void The_same_files_are_left_as_git_leaves() => Check(120, (rules, script) =>
    {
        using var fixture = new TreesFixture();
        Git(fixture.Root, "init", "-q");
        var places = (string[])["", "a/", "b/", "a/b/"];
        foreach (var path in PathsFrom(script))
        {
            if (Path.GetDirectoryName(path) is { } folder && TryMake(Path.Join(fixture.Root, folder)) && !Directory.Exists(Path.Join(fixture.Root, path)))
                File.WriteAllText(Path.Join(fixture.Root, path), "");
        }
        for (var i = 0; i < rules.Count; i++)
        {
            var folder = Path.Join(fixture.Root, places[i % places.Length]);
            if (TryMake(folder)) File.WriteAllBytes(Path.Join(folder, ".gitignore"), rules[i]);
        }
        var kept = Git(fixture.Root, "-c", "core.excludesFile=", "ls-files", "-o", "-z", "--exclude-standard")
            .Split('\0', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal);
        var ours = fixture.Capture().Entries.Where(entry => entry.Kind != TreeEntryKind.Directory).Select(entry => entry.Path);
        Assert.Equal(kept, ours.Order(StringComparer.Ordinal));
    });

    [Fact]
    public void Each_pattern_matches_what_git_matches()
    {
        using var fixture = new TreesFixture();
        Git(fixture.Root, "init", "-q");
        foreach (var odd in (string[])["a**/b", "a**", "a**/**/b", "ab**b/a", "**\\/a", "a/**b", "/", "//", "!", "a\\", "[", "a/**/", "**"])
            CompareWithGit(fixture.Root, Encoding.UTF8.GetBytes(odd + "\n"));
        Check(60, (rules, _) => CompareWithGit(fixture.Root, rules.FirstOrDefault() ?? []));
    }

    private static void CompareWithGit(string root, byte[] rules)
    {
        var paths = (from one in Names from two in Names select new[] { one, $"{one}/{two}", $"{one}/{two}/a", $"{one}/b/{two}/a.o" })
            .SelectMany(group => group).Distinct().ToArray();
        File.WriteAllBytes(Path.Join(root, ".gitignore"), rules);
        var ignored = GitWith(root, string.Join('\0', paths) + "\0", "check-ignore", "--no-index", "-z", "--stdin")
            .Split('\0', StringSplitOptions.RemoveEmptyEntries).ToHashSet();
        var scope = IgnoreScope.None.Below([], rules, null);
        foreach (var path in paths)
            Assert.True(ignored.Contains(path) == Ignores(scope, path), $"'{path}' is {(ignored.Contains(path) ? "" : "not ")}ignored by git");
    }

    [Theory]
    [InlineData("*.log", "!keep.log", "keep.log", false)]
    [InlineData("!keep.log", "*.log", "keep.log", true)]
    [InlineData("out/", "!out/keep", "out/keep", true)]
    public void Our_own_ignore_file_wins_over_gits(string git, string own, string path, bool ignored)
    {
        using var fixture = new TreesFixture();
        fixture.Write(".gitignore", git);
        fixture.Write(".gloveboxignore", own);
        fixture.Write(path, "");
        Assert.Equal(ignored, fixture.Capture().Entries.All(entry => entry.Path != path));
    }

    [Fact]
    public void Git_folders_are_ignored_at_any_depth_and_cannot_be_taken_in()
    {
        using var fixture = new TreesFixture();
        fixture.Write(".gitignore", "!.git\n");
        fixture.Write(".git/config", "");
        fixture.Write("sub/.git/config", "");
        fixture.Write("module/.git", "gitdir: ../elsewhere");
        Assert.Equal([".gitignore", "module", "sub"], fixture.Capture().Entries.Select(entry => entry.Path));
    }

    [Fact]
    public void A_folder_that_ignores_itself_is_no_entry()
    {
        using var fixture = new TreesFixture();
        fixture.Write(".cache/.gitignore", "# made by a tool\n*\n");
        fixture.Write(".cache/v/data", "");
        fixture.Write("out/.gitignore", "*\n!.gitignore\n");
        fixture.Write("out/data", "");
        Assert.Equal(["out", "out/.gitignore"], fixture.Capture().Entries.Select(entry => entry.Path));
    }

    [Fact]
    public void A_hostile_pattern_costs_little()
    {
        var pattern = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("**/*a*", 400)) + "b");
        var text = Encoding.ASCII.GetBytes(string.Join('/', Enumerable.Repeat(new string('a', 200), 20)));
        Assert.False(Glob.Matches(pattern, text, inPath: true));
    }

    private static bool Ignores(IgnoreScope scope, string path)
    {
        // No path exists, so git takes every parent for a folder and the last part for a file.
        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            if (Ignored(path[..slash], folder: true)) return true;
        }
        return Ignored(path, folder: false);

        bool Ignored(string part, bool folder) =>
            scope.Ignores(PathBytes.FromText(part), PathBytes.FromText(part[(part.LastIndexOf('/') + 1)..]), folder);
    }

    private static void Check(int count, Action<List<byte[]>, byte[]> property) => TreesFixture.Check(count, code =>
    {
        // The first byte of each file says how many lines it has, the next how many pieces each line.
        var at = 0;
        var rules = new List<byte[]>();
        while (at < code.Length / 2 && rules.Count < 6)
        {
            var text = new StringBuilder(code[at] % 23 == 0 ? "\uFEFF" : "");
            for (var lines = code[at++] % 4 + 1; lines > 0 && at < code.Length; lines--)
            {
                for (var pieces = code[at++] % 5 + 1; pieces > 0 && at < code.Length; pieces--) text.Append(Pieces[code[at++] % Pieces.Length]);
                if (lines > 1 || code[at - 1] % 2 == 0) text.Append('\n');
            }
            rules.Add(Encoding.UTF8.GetBytes(text.ToString()));
        }
        property(rules, code[at..]);
    });

    private static IEnumerable<string> PathsFrom(byte[] script)
    {
        for (var i = 0; i + 4 < script.Length; i += 5)
            yield return string.Join('/', Enumerable.Range(1, script[i] % 4 + 1).Select(part => Names[script[i + part] % Names.Length]));
    }

    private static bool TryMake(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static string Git(string folder, params string[] arguments) => GitWith(folder, null, arguments);

    private static string GitWith(string folder, string? input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments)
        {
            WorkingDirectory = folder, UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true,
            Environment = { ["HOME"] = folder, ["GIT_CONFIG_NOSYSTEM"] = "1" },
        };
        using var git = Process.Start(start)!;
        git.StandardInput.Write(input ?? "");
        git.StandardInput.Close();
        var output = git.StandardOutput.ReadToEnd();
        git.WaitForExit();
        Assert.InRange(git.ExitCode, 0, 1);
        return output;
    }
}
