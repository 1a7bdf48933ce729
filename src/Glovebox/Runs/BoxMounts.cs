using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Runs.Tracking;

namespace Glovebox.Runs;

/// <summary>What a run's box sees besides its image.</summary>
internal static class BoxMounts
{
    public static IReadOnlyList<Mount> Of(RunPlan plan, RunFolder folder, string tree, string tools)
    {
        var target = plan.Environment.WorkingDirectory;
        var mounts = new List<Mount>(plan.Environment.Mounts)
        {
            new BindMount(folder.ScratchOf("tmp"), "/tmp", ReadOnly: false),
            new BindMount(folder.ScratchOf("var-tmp"), "/var/tmp", ReadOnly: false),
            new BindMount(folder.ScratchOf("home"), BoxVariables.Home, ReadOnly: false),
            new BindMount(folder.Params, BoxVariables.ParamsPath, ReadOnly: true),
            new BindMount(tools, BoxToolVariables.Tools, ReadOnly: true),
            new BindMount(folder.Tracking, BoxToolVariables.Tracking, ReadOnly: false),
            plan.Run.Live
                ? new BindMount(tree, target, ReadOnly: false)
                : new OverlayMount(tree, folder.Upper, folder.Work, target),
        };
        // A hook written into .git by a box would run on the host at the next commit.
        var git = Path.Combine(tree, ".git");
        if (Path.Exists(git)) mounts.Add(new BindMount(git, Path.Combine(target, ".git"), ReadOnly: true));
        if (plan.Gpu is { } gpu) mounts.AddRange(gpu.Libraries);
        return mounts;
    }

    /// <summary>Root's boxes work as the tree's owner, so that what they write belongs to its owner; everybody else's as themselves.</summary>
    public static BoxUser OwnerOf(string directory)
    {
        if (!Environment.IsPrivilegedProcess) return BoxUser.Root;
        using var folder = Folder.Open(directory);
        var state = folder.Stat();
        return new BoxUser((int)state.User, (int)state.Group);
    }
}
