using Glovebox.Api.Environments;
using Glovebox.Api.Runs;
using Glovebox.Blobs;
using Glovebox.Environments;
using Glovebox.Snapshots;
using Glovebox.Snapshots.Diff;

namespace Glovebox.Runs.Diff;

/// <summary>Says what differs between two runs, from what was asked to what came out.</summary>
internal sealed class RunDiffer(IEnvironmentSource environments, ITrees trees, IBlobStore blobs)
{
    public RunDiff Compare(Run a, Run b)
    {
        DiffSection[] sections =
        [
            new("command", Values(("command", Words(a.Command), Words(b.Command)), ("directory", a.WorkingDirectory, b.WorkingDirectory),
                ("network", Text(a.Network), Text(b.Network)), ("backend", a.Backend, b.Backend), ("limits", a.Limits.ToString(), b.Limits.ToString()))),
            new("params", ValueDiff.Of(a.Params, b.Params)),
            new("config", ValueDiff.Of(a.Config, b.Config)),
            new("environment", Values(("name", a.Environment.Name, b.Environment.Name), ("digest", a.Environment.Digest, b.Environment.Digest),
                ("image", a.Image, b.Image))),
            new("packages", a.Environment.Digest == b.Environment.Digest ? [] : Maps(Packages(a), Packages(b))),
            new("variables", Maps(a.Variables, b.Variables)),
            new("code", new CodeDiff(trees, blobs).Compare(a.Tree, b.Tree)),
            new("outputs", Maps(Outputs(a), Outputs(b))),
            new("outcome", Values(("status", Text(a.Status), Text(b.Status)), ("exitCode", a.ExitCode?.ToString(), b.ExitCode?.ToString()),
                ("failureClass", a.FailureClass?.ToString(), b.FailureClass?.ToString()))
                .Concat(ValueDiff.Of(a.Metrics, b.Metrics, "metrics.")).ToList()),
            new("machine", Values(("host", a.Host.Name, b.Host.Name), ("kernel", a.Host.Kernel, b.Host.Kernel), ("cpu", a.Host.CpuModel, b.Host.CpuModel),
                ("cpus", a.Host.Cpus.ToString(), b.Host.Cpus.ToString()), ("memory", a.Host.MemoryBytes.ToString(), b.Host.MemoryBytes.ToString()),
                ("gpus", Words(a.Host.Gpus), Words(b.Host.Gpus)))),
        ];
        return new RunDiff(a.Id, b.Id, [.. sections.Where(s => s.Items.Count > 0)]);
    }

    private static List<DiffItem> Values(params (string Name, string? A, string? B)[] values) =>
        [.. values.Where(v => v.A != v.B).Select(v => new DiffItem(v.Name, v.A, v.B))];

    private static List<DiffItem> Maps(IReadOnlyDictionary<string, string> a, IReadOnlyDictionary<string, string> b) =>
        Values([.. a.Keys.Union(b.Keys).Order(StringComparer.Ordinal).Select(k => (k, a.GetValueOrDefault(k), b.GetValueOrDefault(k)))]);

    private Dictionary<string, string> Packages(Run run)
    {
        var versions = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var package in environments.Packages(run.Environment.Digest)) versions[NameOf(package)] = package.Version;
        return versions;
    }

    private static string NameOf(LockedPackage package) =>
        $"{package.Distribution}/{package.Name}" + (package.Architecture is null or "all" or "amd64" or "arm64" ? "" : ":" + package.Architecture);

    private static Dictionary<string, string> Outputs(Run run) => run.Outputs.Where(o => o.Kind != "directory")
        .ToDictionary(o => o.Path, o => o.Change == "deleted" ? "deleted" : o.Sha256 ?? o.Kind, StringComparer.Ordinal);

    private static string Words(IReadOnlyList<string> words) => string.Join(' ', words);

    private static string Text<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();
}
