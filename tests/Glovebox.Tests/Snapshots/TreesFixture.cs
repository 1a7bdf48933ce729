using FsCheck;
using FsCheck.Fluent;
using Glovebox.Blobs;
using Glovebox.Home;
using Glovebox.Snapshots;
using Glovebox.Tests.Files;

namespace Glovebox.Tests.Snapshots;

/// <summary>A store, a root and the trees over them.</summary>
internal sealed class TreesFixture : IDisposable
{
    /// <param name="packed">True to have every small file in a pack, however few there are.</param>
    public TreesFixture(TimeProvider? time = null, bool packed = false)
    {
        Home = new GloveboxHome(Folder["home"]);
        Blobs = packed ? new FolderBlobStore(Home.Blobs, fewestPacked: 1) : new FolderBlobStore(Home.Blobs);
        Time = time ?? TimeProvider.System;
        Trees = new Trees(Blobs, Home, Time);
        Root = Folder.Make("root");
    }

    public TemporaryFolder Folder { get; } = new();

    public GloveboxHome Home { get; }

    public FolderBlobStore Blobs { get; }

    public TimeProvider Time { get; }

    public Trees Trees { get; }

    public string Root { get; }

    public Tree Capture() => Trees.Capture(Root, CancellationToken.None);

    /// <summary>Puts a tree into a new directory, and returns that.</summary>
    public string Restore(Tree tree, string name = "restored")
    {
        var directory = Folder.Make(name);
        Trees.Restore(tree, directory, CancellationToken.None);
        return directory;
    }

    public void Write(string path, string content)
    {
        var whole = Path.Join(Root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(whole)!);
        File.WriteAllText(whole, content);
    }

    /// <summary>Checks a property of random scripts; GLOVEBOX_TEST_EFFORT multiplies how often.</summary>
    public static void Check(int count, Action<byte[]> property)
    {
        var effort = int.TryParse(Environment.GetEnvironmentVariable("GLOVEBOX_TEST_EFFORT"), out var given) ? given : 1;
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), property)
            .Check(Config.QuickThrowOnFailure.WithMaxTest(count * effort).WithEndSize(250));
    }

    public void Dispose() => Folder.Dispose();
}
