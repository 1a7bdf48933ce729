using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Instances;

/// <summary>How a version's code comes to its place in the box.</summary>
internal static class CodeMounts
{
    /// <summary>Folders of the dependencies that lie where the code goes, topmost first.</summary>
    public static IReadOnlyList<string> DependenciesAt(FunctionPlan plan) =>
        [.. plan.DependencyLayers.Reverse().Select(layer => Path.Join(layer, plan.Path)).Where(Directory.Exists)];

    /// <summary>Read-only for the code that stays; over its dependencies where they lie at the same place.</summary>
    public static Mount Of(FunctionPlan plan, InstanceFolder folder)
    {
        var below = DependenciesAt(plan);
        return below.Count == 0 ? new BindMount(plan.Code, plan.Path, ReadOnly: true) : Writable(plan, folder, below);
    }

    /// <summary>For a contract that writes beside its code: what it writes is the instance's own.</summary>
    public static OverlayMount Writable(FunctionPlan plan, InstanceFolder folder, IReadOnlyList<string>? below = null) =>
        new(plan.Code, Make(folder, "upper"), Make(folder, "work"), plan.Path) { Below = below ?? DependenciesAt(plan) };

    /// <summary>
    /// Puts the code into the folder that a generic box sees at the code's place. By hard links: the same bytes, which nobody there can write.
    /// </summary>
    /// <exception cref="IOException">The files cannot be linked or copied.</exception>
    public static void Fill(string code, string into)
    {
        foreach (var entry in new DirectoryInfo(code).EnumerateFileSystemInfos())
        {
            var target = Path.Combine(into, entry.Name);
            if (entry.LinkTarget is { } link)
            {
                File.CreateSymbolicLink(target, link);
            }
            else if (entry is DirectoryInfo)
            {
                Directory.CreateDirectory(target);
                Fill(entry.FullName, target);
            }
            else
            {
                HardLink.MakeOrCopy(entry.FullName, target);
            }
        }
    }

    private static string Make(InstanceFolder folder, string name) => Directory.CreateDirectory(Path.Combine(folder.Root, name)).FullName;
}
