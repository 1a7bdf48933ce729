namespace Glovebox.Home;

/// <summary>
/// The folder that holds all of Glovebox's own state (<c>GLOVEBOX_HOME</c>, default <c>~/.local/share/glovebox</c>), and where each thing is
/// in it. Everything is on one file system, so that a finished thing is renamed into its place.
/// </summary>
public sealed class GloveboxHome(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    /// <summary>The embedded database.</summary>
    public string Database => Path.Combine(Root, "glovebox.db");

    /// <summary>Content-addressed bytes: <c>blobs/ab/abcdef…</c>.</summary>
    public string Blobs => Path.Combine(Root, "blobs");

    /// <summary>Blobs that are being written. Whoever dies leaves one there.</summary>
    public string IncomingBlobs => Path.Combine(Blobs, "incoming");

    /// <summary>Image layers: <c>layers/HEX/fs</c> and what is known of them.</summary>
    public string Layers => Path.Combine(Root, "layers");

    /// <summary>Image configurations and names.</summary>
    public string Images => Path.Combine(Root, "images");

    /// <summary>Resolved environments and what they were built into.</summary>
    public string Environments => Path.Combine(Root, "environments");

    /// <summary>One folder a run: its log, its upper directory until it is applied.</summary>
    public string Runs => Path.Combine(Root, "runs");

    /// <summary>One folder an execution of a job: its log, its kept outputs, its box while it runs.</summary>
    public string Executions => Path.Combine(Root, "executions");

    /// <summary>One file a project whose checkout is not finished.</summary>
    public string Checkouts => Path.Combine(Root, "checkouts");

    /// <summary>Code of functions, their installed dependencies and their secrets.</summary>
    public string Functions => Path.Combine(Root, "functions");

    /// <summary>One file a serving process, locked as long as it lives.</summary>
    public string Nodes => Path.Combine(Root, "nodes");

    /// <summary>What names this machine, and every node on this home, to nodes elsewhere.</summary>
    public string Machine => Path.Combine(Root, "machine");

    /// <summary>Downloaded packages by hash and other things that can be had again. Safe to delete.</summary>
    public string Cache => Path.Combine(Root, "cache");

    /// <summary>Programs that boxes are given to report with, by the hash of their content. Safe to delete while nothing runs.</summary>
    public string BoxTools => Path.Combine(Root, "tools");

    /// <summary>Plans of sweeps, one file each: which points there are.</summary>
    public string Sweeps => Path.Combine(Root, "sweeps");

    /// <summary>Logs of build steps.</summary>
    public string Logs => Path.Combine(Root, "logs");

    /// <summary>Lock files of this home's writers.</summary>
    public string Locks => Path.Combine(Root, "locks");

    /// <summary>Shared by whoever stores things that no record points to yet; held alone by gc.</summary>
    public string StoreLock => Path.Combine(Locks, "store");

    /// <summary>One folder a serving process, with one folder for each live instance of a function.</summary>
    public string Instances => Path.Combine(Root, "instances");

    /// <summary>The programs that serve calls inside of boxes, by the hash of their text.</summary>
    public string Runners => Path.Combine(Root, "runners");

    /// <summary>Unfinished things. What no live process owns is rubbish.</summary>
    public string Temporary => Path.Combine(Root, "tmp");

    /// <summary>The home that the environment of this process names.</summary>
    public static GloveboxHome FromEnvironment()
    {
        var named = Environment.GetEnvironmentVariable("GLOVEBOX_HOME");
        if (!string.IsNullOrEmpty(named)) return new GloveboxHome(named);
        var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME");
        if (string.IsNullOrEmpty(data))
            data = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".local", "share");
        return new GloveboxHome(Path.Combine(data, "glovebox"));
    }
}
