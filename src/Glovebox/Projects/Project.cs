using Glovebox.Api;
using Glovebox.Projects.Detection;

namespace Glovebox.Projects;

/// <summary>A directory that belongs together: what is snapshotted, and where <c>glovebox.yaml</c> is looked for.</summary>
/// <param name="Root">Absolute path.</param>
public sealed record Project(string Root)
{
    public const string SpecFileName = "glovebox.yaml";
    public const string LockFileName = "glovebox.lock";

    public string SpecFile => Path.Combine(Root, SpecFileName);
    public string LockFile => Path.Combine(Root, LockFileName);

    /// <summary>The nearest directory upwards that holds <c>glovebox.yaml</c> or <c>.git</c>; else the directory itself.</summary>
    /// <exception cref="RefusalException">Not found.</exception>
    public static Project Find(string directory)
    {
        var full = Path.GetFullPath(directory);
        if (!Directory.Exists(full)) throw RefusalException.NotFound($"no directory {full}");
        for (var at = full; at is not null; at = Path.GetDirectoryName(at))
        {
            // A worktree's .git is a file.
            if (File.Exists(Path.Combine(at, SpecFileName)) || Path.Exists(Path.Combine(at, ".git"))) return new Project(at);
        }
        return new Project(full);
    }

    /// <summary>The files, there or not, that <see cref="ReadSpec"/> and the lock depend on.</summary>
    internal IReadOnlyList<string> SpecInputs =>
        [SpecFile, LockFile, .. EnvironmentDetector.Names.Select(name => Path.Combine(Root, name))];

    /// <summary>Reads <c>glovebox.yaml</c>, and detects environments where it has none.</summary>
    /// <exception cref="RefusalException">The file is wrong (with line and column), or the project asks for what is not
    /// supported.</exception>
    public ProjectSpec ReadSpec()
    {
        var written = File.Exists(SpecFile) ? ProjectFile.Read(SpecFile) : new ProjectSpec(null, []);
        if (written.Environments.Count > 0) return written;
        return EnvironmentDetector.Detect(Root) is { } detected ? written with { Environments = [detected] } : written;
    }
}
