using System.Text;
using Glovebox.Blobs;
using Glovebox.Files;
using Glovebox.Snapshots;
using Glovebox.Values;

namespace Glovebox.Runs.Tracking;

/// <summary>
/// Reads the file store of MLflow as its tracking client leaves it: <c>EXPERIMENT/RUN/metrics/NAME</c> with lines <c>milliseconds value [step]</c>,
/// <c>params/NAME</c> and <c>tags/NAME</c> with the value as text, <c>artifacts/</c>. Names may have slashes, which are folders. Everything here
/// was written by the box: no link is followed, nothing is read without bound.
/// </summary>
internal sealed class MlflowStore(Report report, IBlobStore? blobs)
{
    public const string FolderName = "mlruns";

    private const int MostRuns = 100, MostFiles = 5000, Deepest = 8, LongestText = 8000, ShortId = 8;
    private const long LargestMetric = 16 << 20;

    private readonly List<TreeChange> _artifacts = [];
    private int _files;

    /// <summary>Artifacts of all runs, as new files of the tree below <c>mlflow/</c>; empty when there is no store to put their bytes.</summary>
    public IReadOnlyList<TreeChange> Artifacts => _artifacts;

    /// <param name="folder">The box's folder of reports.</param>
    public void Read(Folder folder)
    {
        using var store = folder.TryOpenFolder(Bytes(FolderName), out _);
        if (store is null) return;
        var names = Runs(store).Select(one => NameOf(one.Run)).ToList();
        foreach (var (run, id) in Runs(store))
        {
            // One record for several runs of theirs: their values are told apart by their names, or where those do not, by their ids.
            var name = NameOf(run);
            var own = name.Length > 0 && names.Count(other => other == name) == 1 ? name : id[..Math.Min(id.Length, ShortId)];
            ReadRun(run, id, names.Count == 1 ? "" : own + "/");
        }
    }

    private void ReadRun(Folder run, string id, string prefix)
    {
        Below(run, "metrics", (folder, file, name) => Metric(ReadText(folder, file, LargestMetric), prefix + name));
        Below(run, "params", (folder, file, name) => report.AddConfig(prefix + name, ParamValues.Scalar(ReadText(folder, file, LongestText).Trim())));
        Below(run, "tags", (folder, file, name) => Tag(name, ReadText(folder, file, LongestText).Trim()));
        if (blobs is not null) Below(run, "artifacts", (folder, file, name) => Artifact(folder, file, name, id));
    }

    private void Metric(string lines, string name) => MlflowPoint.AddAll(report, name, lines.Split('\n').Select(MlflowPoint.Parse).OfType<MlflowPoint>());

    private static string NameOf(Folder run)
    {
        using var tags = run.TryOpenFolder("tags"u8, out _);
        return tags is null ? "" : ReadText(tags, Bytes("mlflow.runName"), LongestText).Trim();
    }

    // MLflow's own tags (mlflow.user, mlflow.source.name, …) say what the record has already.
    private void Tag(string name, string value)
    {
        if (!name.StartsWith("mlflow.", StringComparison.Ordinal)) report.AddTag(value.Length == 0 ? name : $"{name}={value}");
    }

    private void Artifact(Folder folder, byte[] file, string name, string run)
    {
        using var handle = folder.TryOpenFile(file, out _);
        if (handle is null || FileContent.Stat(handle, name).Kind != FileKind.File) return;
        var stored = blobs!.PutFile(handle, name);
        var path = $"mlflow/{run}/{name}";
        if (!EntryPath.IsValid(path)) return;
        _artifacts.Add(new TreeChange(TreeChangeKind.Added, path, null, new TreeEntry(path, TreeEntryKind.File, 0x1A4, stored.Size, stored.Id, null)));
    }

    private void Below(Folder run, string part, Action<Folder, byte[], string> take)
    {
        using var folder = run.TryOpenFolder(Bytes(part), out _);
        if (folder is not null) Walk(folder, "", 0, take);
    }

    private void Walk(Folder folder, string prefix, int depth, Action<Folder, byte[], string> take)
    {
        foreach (var entry in folder.List().OrderBy(e => PathBytes.ToText(e.Name), StringComparer.Ordinal))
        {
            if (_files >= MostFiles) return;
            var name = prefix + PathBytes.ToText(entry.Name);
            if (folder.Stat(entry.Name) is not { } state) continue;
            if (state.Kind == FileKind.File)
            {
                _files++;
                take(folder, entry.Name, name);
            }
            else if (state.Kind == FileKind.Folder && depth < Deepest)
            {
                using var child = folder.TryOpenFolder(entry.Name, out _);
                if (child is not null) Walk(child, name + "/", depth + 1, take);
            }
        }
    }

    /// <summary>Each open as long as it is looked at.</summary>
    private static IEnumerable<(Folder Run, string Id)> Runs(Folder store)
    {
        var runs = 0;
        foreach (var (experiment, _) in Folders(store))
            using (experiment)
                foreach (var (run, id) in Folders(experiment))
                    using (run)
                        if (run.Exists("meta.yaml"u8) && runs++ < MostRuns) yield return (run, id);
    }

    private static IEnumerable<(Folder Folder, string Name)> Folders(Folder parent)
    {
        foreach (var entry in parent.List().OrderBy(e => PathBytes.ToText(e.Name), StringComparer.Ordinal))
            if (entry.Name[0] != '.' && parent.TryOpenFolder(entry.Name, out _) is { } folder) yield return (folder, PathBytes.ToText(entry.Name));
    }

    private static string ReadText(Folder folder, byte[] name, long most)
    {
        using var handle = folder.TryOpenFile(name, out _);
        if (handle is null || FileContent.Stat(handle, "").Kind != FileKind.File) return "";
        var size = FileContent.Stat(handle, "").Size;
        if (size > most) return "";
        var bytes = new byte[size];
        return Encoding.UTF8.GetString(bytes, 0, FileContent.Fill(handle, bytes, ""));
    }

    private static byte[] Bytes(string name) => Encoding.ASCII.GetBytes(name);
}
