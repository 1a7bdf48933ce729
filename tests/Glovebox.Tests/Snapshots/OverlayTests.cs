using Glovebox.Snapshots;

namespace Glovebox.Tests.Snapshots;

/// <summary>What a real overlay mount leaves behind, brought into the tree, is what the same work does there directly. Needs root.</summary>
public sealed class OverlayTests
{
    private sealed class StoppedException : Exception;

    [Fact]
    public void Applying_a_box_is_doing_its_work_in_the_tree() => TreesFixture.Check(50, code =>
        Compare(code, TreeScript.FewNames));

    [Fact]
    public void It_is_with_odd_names_too() => TreesFixture.Check(30, code => Compare(code, TreeScript.OddNames));

    [Fact]
    public void It_is_with_ignored_files_too() => TreesFixture.Check(80, code => Compare(code, TreeScript.IgnoredNames));

    [Fact]
    public void Recorded_changes_make_the_tree_that_a_capture_finds_afterwards() => TreesFixture.Check(40, code =>
    {
        using var box = new Box(code, TreeScript.FewNames);
        var changes = box.Read();
        var restored = box.Fixture.Restore(box.Before);
        box.Fixture.Trees.Extract(changes.Recorded, restored, CancellationToken.None);
        box.Fixture.Trees.Apply(changes, box.Upper, box.Before, box.Fixture.Root, CancellationToken.None);
        Assert.Equal(Listing.Of(box.Fixture.Root), Listing.Of(restored));
        var after = box.Fixture.Capture();
        Assert.Equal(box.Fixture.Trees.Compare(box.Before, after), changes.Recorded.Where(change => change.Kind != TreeChangeKind.Rewritten));
    });

    [Fact]
    public void Stopped_at_any_step_and_done_again_it_ends_the_same() => TreesFixture.Check(6, code =>
    {
        for (var stop = 0; ; stop++)
        {
            using var box = new Box(code, TreeScript.IgnoredNames);
            var changes = box.Read();
            var steps = 0;
            var stopping = new Trees(box.Fixture.Blobs, box.Fixture.Home, box.Fixture.Time)
            {
                BeforeEachChange = () =>
                {
                    if (steps++ == stop) throw new StoppedException();
                },
            };
            var finished = false;
            try
            {
                stopping.Apply(changes, box.Upper, box.Before, box.Fixture.Root, CancellationToken.None);
                finished = true;
            }
            catch (StoppedException)
            {
                Assert.Empty(box.Apply(changes));
            }
            Assert.Equal(box.Expected, Listing.Of(box.Fixture.Root));
            if (finished) break;
        }
    });

    [Fact]
    public void Applying_twice_is_applying_once() => TreesFixture.Check(30, code =>
    {
        using var box = new Box(code, TreeScript.IgnoredNames);
        var changes = box.Read();
        Assert.Empty(box.Apply(changes));
        Assert.Empty(box.Apply(changes));
        Assert.Equal(box.Expected, Listing.Of(box.Fixture.Root));
    });

    private static void Compare(byte[] code, IReadOnlyList<byte[]> names)
    {
        using var box = new Box(code, names);
        Assert.Empty(box.Apply(box.Read()));
        Assert.Equal(box.Expected, Listing.Of(box.Fixture.Root));
    }

    /// <summary>A random tree, and a random script played in an overlay of it and in a copy.</summary>
    private sealed class Box : IDisposable
    {
        public Box(byte[] code, IReadOnlyList<byte[]> names)
        {
            var half = code.Length / 2;
            var copy = Fixture.Folder.Make("copy");
            var (work, merged) = (Fixture.Folder.Make("work"), Fixture.Folder.Make("merged"));
            foreach (var root in (string[])[Fixture.Root, copy]) new TreeScript(code[..half], names).Play(root);
            Before = Fixture.Capture();
            Upper = Fixture.Folder.Make("upper");
            var script = new TreeScript(code[half..], names);
            script.Play(copy);
            Expected = Listing.Of(copy);
            Assert.SkipUnless(OverlayMount.TryRun(Fixture.Root, Upper, work, merged, () =>
            {
                script.Play(merged);
                Assert.Equal(Expected, Listing.Of(merged));
            }), "mounting an overlay needs root");
        }

        public TreesFixture Fixture { get; } = new();

        public string Upper { get; }

        public Tree Before { get; }

        public string Expected { get; }

        public UpperChanges Read() => Fixture.Trees.ReadUpper(Upper, Before, Fixture.Root, [], CancellationToken.None);

        public IReadOnlyList<string> Apply(UpperChanges changes) =>
            Fixture.Trees.Apply(changes, Upper, Before, Fixture.Root, CancellationToken.None);

        public void Dispose() => Fixture.Dispose();
    }
}
