using System.Text;
using Glovebox.Images;
using Glovebox.Projects;

namespace Glovebox.Environments.Locks;

/// <summary>
/// A spec as named texts, the content of every file it points to included: equal parts resolve to the same lock. What differs between two
/// of them is what a person changed.
/// </summary>
public sealed record SpecParts(IReadOnlyDictionary<string, string> Parts)
{
    /// <summary>A change of what resolving means makes every kept resolution stale.</summary>
    private const string Format = "1";

    private static readonly string[] Lists = ["apt", "pip", "npm"];

    public Digest Digest
    {
        get
        {
            var text = new StringBuilder();
            foreach (var (name, value) in Parts) text.Append(name).Append('\0').Append(value).Append('\0');
            return Digest.Of(text.ToString());
        }
    }

    /// <exception cref="Api.RefusalException">A file that the spec names is not there.</exception>
    public static SpecParts Of(EnvironmentSpec spec, Project project)
    {
        var parts = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["format"] = Format, ["base"] = spec.Base.ToString() };
        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value)) parts[name] = value;
        }

        Add("apt", string.Join('\n', spec.Apt));
        Add("pip", string.Join('\n', spec.Pip));
        foreach (var (path, content) in RequirementFiles.Read(spec.Pip, project)) Add($"file {path}", content.ToString());
        if (spec.Npm is { } npm)
        {
            Add("npm", string.Join('\n', npm.Packages));
            foreach (var path in NpmFiles(npm, project)) Add($"file {path}", ProjectFiles.DigestOf(project, path).ToString());
        }
        if (spec.Base.Kind == BaseKind.Dockerfile)
        {
            foreach (var path in DockerfileSources.Read(project, spec.Base.Value))
                Add($"file {path}", ProjectFiles.DigestOf(project, path).ToString());
        }
        foreach (var file in spec.Files)
        {
            Add($"copied to {file.Target}", file.Path);
            Add($"file {file.Path}", ProjectFiles.DigestOf(project, file.Path).ToString());
        }
        foreach (var (name, value) in spec.Variables) parts[$"env {name}"] = value;
        for (var at = 0; at < spec.Run.Count; at++) Add($"run {at + 1}", string.Join('\n', spec.Run[at]));
        Add("workdir", spec.WorkingDirectory);
        Add("user", spec.User);
        return new SpecParts(parts);
    }

    /// <summary>A package.json, and the package-lock.json beside it where there is one.</summary>
    private static IEnumerable<string> NpmFiles(NpmSpec npm, Project project)
    {
        if (npm.PackageFile is not { } file) yield break;
        yield return file;
        var locked = Path.Combine(Path.GetDirectoryName(file) ?? "", "package-lock.json");
        if (File.Exists(Path.Combine(project.Root, locked))) yield return locked;
    }

    /// <summary>The project's files whose content is among the parts, relative to its root.</summary>
    public IEnumerable<string> Files =>
        Parts.Keys.Where(name => name.StartsWith("file ", StringComparison.Ordinal)).Select(name => name[5..]);

    /// <summary>What changed from <paramref name="before"/> to this, for a person; empty when nothing did.</summary>
    public IReadOnlyList<string> ChangesSince(SpecParts before)
    {
        var changes = new List<string>();
        foreach (var name in Parts.Keys.Union(before.Parts.Keys).Order(StringComparer.Ordinal))
        {
            var (was, now) = (before.Parts.GetValueOrDefault(name), Parts.GetValueOrDefault(name));
            if (was == now) continue;
            changes.Add(
                Lists.Contains(name) ? $"{name}: {ListChange(was ?? "", now ?? "")}" : was is null ? $"{name} is "
                    + "new" : now is null ? $"{name} is gone" : $"{name} changed");
        }
        return changes;
    }

    private static string ListChange(string was, string now)
    {
        var (before, after) = (
            was.Split('\n', StringSplitOptions.RemoveEmptyEntries), now.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        var words = after.Except(before).Select(word => "+" + word).Concat(before.Except(after).Select(word => "-" + word)).ToList();
        return words.Count == 0 ? "another order" : string.Join(' ', words);
    }
}
