using Glovebox.Api.Runs;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Jobs.Nodes;

/// <summary>The folder of one execution and what is where in it.</summary>
internal sealed class ExecutionFolder(GloveboxHome home, string id)
{
    public string Root { get; } = Path.Combine(home.Executions, id);

    public string Log => Path.Combine(Root, "log");

    /// <summary>There from the start until all but the log and the outputs is gone: what has it is looked at after a crash.</summary>
    public string Open => Path.Combine(Root, "box");

    /// <summary>The backend's own.</summary>
    public string Box => Path.Combine(Open, "state");

    /// <summary>Digests of the environment and the image that the box stands on, a line each; there as long as the box.</summary>
    private string Needs => Path.Combine(Open, "needs");

    /// <summary>There when the box was ended without a record of that: it ran, and must not be started as if it had not.</summary>
    public string Spent => Path.Combine(Root, "spent");

    /// <summary>Names the store that has the execution's record: no other may say that it is not there.</summary>
    public string Store => Path.Combine(Root, "store");

    /// <summary>The working directory; after the end, what was kept of it.</summary>
    public string Work => Path.Combine(Root, "work");

    /// <summary>What the box changes of its root.</summary>
    public string Upper => Path.Combine(Root, "upper");

    /// <summary>The root overlay's own.</summary>
    public string OverlayWork => Path.Combine(Root, "overlay");

    /// <summary>Makes it anew: what a start that never came to be has left is gone.</summary>
    /// <param name="store">See <see cref="Store"/>.</param>
    /// <param name="overlay">The box has a root of its own.</param>
    public void Create(string store, bool overlay)
    {
        if (Directory.Exists(Root)) FolderRemoval.Remove(Root);
        Directory.CreateDirectory(Box);
        File.WriteAllText(Store, store);
        Directory.CreateDirectory(Work);
        if (!overlay) return;
        Directory.CreateDirectory(Upper);
        Directory.CreateDirectory(OverlayWork);
    }

    public void WriteNeeds(string environment, string image) => File.WriteAllText(Needs, $"{environment}\n{image}\n");

    /// <summary>Environment and image; empty when there is no box, or it stands on none.</summary>
    public string[] ReadNeeds()
    {
        try
        {
            return File.ReadAllLines(Needs);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    /// <summary>Frees everything but the log and the outputs. Can be done again.</summary>
    public void Close(IReadOnlyList<RunOutput> outputs)
    {
        FolderRemoval.Remove(Upper);
        FolderRemoval.Remove(OverlayWork);
        KeptOutputs.DropRest(Work, outputs);
        FolderRemoval.Remove(Open);
    }

    public bool IsOf(string store) => File.Exists(Store) && File.ReadAllText(Store) == store;

    public void Remove() => FolderRemoval.Remove(Root);
}
