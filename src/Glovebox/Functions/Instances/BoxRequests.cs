using Glovebox.Execution;
using Glovebox.Functions.Pool;
using Glovebox.Functions.Runners;

namespace Glovebox.Functions.Instances;

/// <summary>What the box of an instance is made of.</summary>
internal sealed class BoxRequests(RunnerPrograms runners)
{
    /// <summary>Where ours is in the box.</summary>
    public const string Inside = "/run/glovebox";

    // The box's log holds what a runner says before it speaks in frames, and no call's output.
    private const long LogLimit = 64 * 1024;
    private const long LeastFile = 16L << 20;

    // The code's own folder cannot be written, and a run's settings (BoxVariables) would make every hash of a server predictable.
    private static readonly KeyValuePair<string, string>[] Defaults =
        [new("HOME", "/tmp"), new("LANG", "C.UTF-8"), new("TZ", "UTC"), new("PYTHONDONTWRITEBYTECODE", "1")];

    /// <summary>What the function's own code finds in its environment beside the image's.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Variables(FunctionPlan plan) =>
    [
        new("GLOVEBOX_FUNCTION", plan.Function),
        new("GLOVEBOX_FUNCTION_VERSION", plan.Version.ToString(System.Globalization.CultureInfo.InvariantCulture)),
        .. plan.Variables,
    ];

    /// <param name="generic">Without what is only one version's.</param>
    /// <param name="code">The mount that brings the code.</param>
    public ExecutionRequest Make(InstanceFolder folder, FunctionPlan plan, bool generic, Mount code, IReadOnlyList<string> command, Extras? extras = null)
    {
        var variables = new Dictionary<string, string>(Defaults, StringComparer.Ordinal);
        foreach (var (name, value) in plan.Environment.Variables)
            if (name != "HOME") variables[name] = value;
        foreach (var (name, value) in generic ? [] : Variables(plan)) variables[name] = value;
        foreach (var (name, value) in extras?.Variables ?? []) variables[name] = value;
        return new ExecutionRequest
        {
            Id = $"fn-{Path.GetFileName(Path.GetDirectoryName(folder.Root))}-{Path.GetFileName(folder.Root)}",
            StateDirectory = folder.Box,
            Root = new RootFileSystem([.. plan.Environment.Layers, .. plan.DependencyLayers]),
            Mounts =
            [
                .. plan.Environment.Mounts,
                new TmpfsMount("/tmp", plan.TmpBytes),
                code,
                new BindMount(runners.Folder, Inside + "/lib", ReadOnly: true),
                new BindMount(folder.Link, Inside + "/link", ReadOnly: true),
                new BindMount(folder.Out, Inside + "/out", ReadOnly: false),
                new BindMount(folder.Error, Inside + "/err", ReadOnly: false),
                .. extras?.Mounts ?? [],
            ],
            Command = command,
            Environment = variables,
            WorkingDirectory = plan.Path,
            User = plan.Environment.User ?? BoxUser.Root,
            Limits = plan.Limits with { Timeout = null, DiskBytes = plan.Limits.DiskBytes ?? plan.TmpBytes },
            CountedDirectories = code is OverlayMount overlay ? [overlay.Upper] : [],
            Network = plan.Network,
            OpenFiles = plan.OpenFiles,
            FileBytes = code is OverlayMount ? null : Math.Max(plan.TmpBytes, LeastFile),
            Grace = TimeSpan.Zero,
            Streams = new ExecutionStreams(folder.Log, Output: extras?.Output, Error: extras?.Error, LogLimitBytes: LogLimit),
        };
    }
}

/// <summary>What a box of some contracts has besides.</summary>
internal sealed record Extras(
    IReadOnlyList<Mount> Mounts, Stream? Output = null, Stream? Error = null, IReadOnlyList<KeyValuePair<string, string>>? Variables = null);
