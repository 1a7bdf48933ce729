using System.Diagnostics;
using FsCheck;
using FsCheck.Fluent;
using Glovebox.Snapshots.Diff;

namespace Glovebox.Tests.Snapshots.Diff;

public sealed class UnifiedDiffTests
{
    [Fact]
    public void A_changed_line_stands_in_its_context()
    {
        var patch = UnifiedDiff.Of("a\nb\nc\nd\ne\n", "a\nb\nX\nd\ne\n", "a/f", "b/f");

        Assert.Equal("--- a/f\n+++ b/f\n@@ -1,5 +1,5 @@\n a\n b\n-c\n+X\n d\n e\n", patch);
    }

    [Fact]
    public void A_missing_last_line_feed_is_said()
    {
        var patch = UnifiedDiff.Of("a\n", "a", "a/f", "b/f");

        Assert.Contains("-a\n+a\n\\ No newline at end of file\n", patch, StringComparison.Ordinal);
    }

    [Fact]
    public void Git_applies_every_patch_and_gets_the_second_text()
    {
        var lines = Gen.Elements("a\n", "b\n", "c\n", "\n", "the same long line\n");
        var text = Gen.Elements("", "no line feed").SelectMany(tail => lines.ListOf().Select(all => string.Concat(all) + tail));
        var folder = Directory.CreateTempSubdirectory("glovebox-diff-").FullName;
        try
        {
            Prop.ForAll(text.Two().ToArbitrary(), pair => Apply(folder, pair.Item1, pair.Item2) == pair.Item2)
                .Check(Config.QuickThrowOnFailure.WithMaxTest(60));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Apply(string folder, string before, string after)
    {
        if (before == after || before.Length == 0 || after.Length == 0) return after;
        File.WriteAllText(Path.Combine(folder, "f"), before);
        File.WriteAllText(Path.Combine(folder, "patch"), UnifiedDiff.Of(before, after, "a/f", "b/f"));
        using var git = Process.Start(new ProcessStartInfo("git", ["apply", "--whitespace=nowarn", "patch"]) { WorkingDirectory = folder })!;
        git.WaitForExit();
        return git.ExitCode == 0 ? File.ReadAllText(Path.Combine(folder, "f")) : "git refused the patch";
    }
}
