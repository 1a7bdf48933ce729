using Glovebox.Api.Runs;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Runs;

/// <summary>The folder of one run and what is where in it.</summary>
internal sealed class RunFolder(GloveboxHome home, string id)
{
    public string Root { get; } = Path.Combine(home.Runs, id);

    /// <summary>Locked by whoever brings the run to its end.</summary>
    public string Owner => Path.Combine(Root, "owner");

    /// <summary>That process's id. Not in the locked file itself: .NET locks what it opens, too.</summary>
    public string OwnerId => Path.Combine(Root, "owner.pid");

    /// <summary>Is there when somebody wants this run alone to end; see <see cref="Runs.EndWish"/>.</summary>
    public string EndWish => Path.Combine(Root, "end");

    public string Log => Path.Combine(Root, "log");
    public string Params => Path.Combine(Root, "params.json");

    /// <summary>The backend's own.</summary>
    public string Box => Path.Combine(Root, "box");

    /// <summary>What the box changes of the tree.</summary>
    public string Upper => Path.Combine(Root, "upper");

    public string Work => Path.Combine(Root, "work");

    /// <summary>The tree of a run aside: restored from the record, thrown away at the end.</summary>
    public string Tree => Path.Combine(Root, "tree");

    /// <summary>Where the helpers of the box write what the run reports; in the scratch, so it counts against the limit of disk.</summary>
    public string Tracking => ScratchOf("tracking");

    /// <summary>The box's /tmp, /var/tmp and home: thrown away at the end.</summary>
    public string Scratch => Path.Combine(Root, "scratch");

    public string ScratchOf(string name) => Path.Combine(Scratch, name);

    public void Create()
    {
        foreach (var directory in new[] { Root, Box, Upper, Work, Scratch, ScratchOf("tmp"), ScratchOf("var-tmp"), ScratchOf("home") })
            Directory.CreateDirectory(directory);
        Directory.CreateDirectory(Tracking);
        // The box may work as another user: the owner of the tree.
        File.SetUnixFileMode(Tracking, (UnixFileMode)0x3FF);
    }

    /// <summary>True when the run works on a tree restored from its record. Older records of reruns do not say so.</summary>
    public static bool IsAside(Run run) => run.Aside || run.RerunOf is not null;

    /// <summary>The directory that the run works on.</summary>
    public string TreeOf(Run run) => IsAside(run) ? Tree : run.Project;

    /// <summary>The directory as the command sees it; the tree's own where there is no box around it.</summary>
    public string TreeInBox(Run run)
    {
        if (!File.Exists(BoxTree)) return TreeOf(run);
        return File.ReadAllText(BoxTree);
    }

    /// <summary>Names the place of the tree in the box, which only the plan knows.</summary>
    public string BoxTree => Path.Combine(Root, "tree.path");

    /// <summary>Frees everything but the log and the parameters.</summary>
    public void DropBox()
    {
        foreach (var directory in new[] { Box, Upper, Work, Tree, Scratch })
            FolderRemoval.Remove(directory);
    }

    public void Drop() => FolderRemoval.Remove(Root);
}
