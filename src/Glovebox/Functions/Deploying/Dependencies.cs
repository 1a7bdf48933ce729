using Glovebox.Api;
using Glovebox.Api.Execution;
using Glovebox.Api.Functions;
using Glovebox.Environments;
using Glovebox.Environments.Building;
using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Functions.Bundles;
using Glovebox.Home;

namespace Glovebox.Functions.Deploying;

/// <summary>
/// Installed dependencies by what they depend on: <c>functions/dependencies/KEY/fs</c>, a directory that lies over the environment's layers. Each is
/// made once, in a box with the network, and appears whole.
/// </summary>
internal sealed class Dependencies(GloveboxHome home, IBackend backend, Func<InstallSettings> settings, TimeProvider time)
{
    /// <summary>Where pip puts packages on <c>host</c>, whose own folders (/usr and /opt) cannot be written.</summary>
    private const string PythonFolder = "/srv/glovebox/python";

    public static string RootOf(GloveboxHome home) => Path.Combine(home.Functions, "dependencies");

    public string LayerOf(string key) => Path.Combine(RootOf(home), key, "fs");

    /// <summary>What the code must find in its environment to use what was installed.</summary>
    public static PreparedEnvironment Seen(PreparedEnvironment environment) => environment.Mounts.Count == 0
        ? environment
        : environment with { Variables = new Dictionary<string, string>(environment.Variables) { ["PYTHONPATH"] = PythonFolder } };

    /// <returns>True: installed now. False: it was there.</returns>
    /// <exception cref="RefusalException">The command failed: has the end of its output.</exception>
    public async Task<bool> InstallAsync(InstallCommand install, PreparedEnvironment environment, RuntimeSpec runtime, string code, CancellationToken cancellation)
    {
        var layer = LayerOf(install.Key);
        if (Directory.Exists(layer)) return false;
        Directory.CreateDirectory(home.Locks);
        using var held = await FileLock.AcquireAsync(Path.Combine(home.Locks, $"dependencies-{install.Key}"), time, cancellation);
        if (Directory.Exists(layer)) return false;
        using var draft = FunctionDraft.Create(home);
        var made = draft.MakeDirectory("made");
        var fs = draft.MakeDirectory("made/fs");
        var beside = draft.MakeDirectory("beside");
        await RunAsync(install, environment, runtime, code, (fs, beside), draft, cancellation);
        Take(beside, fs, runtime.Path);
        Clean(fs);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetDirectoryName(layer)!)!);
        FunctionDraft.Publish(made, Path.GetDirectoryName(layer)!);
        return true;
    }

    private async Task RunAsync(
        InstallCommand install, PreparedEnvironment environment, RuntimeSpec runtime, string code, (string Fs, string Beside) into, FunctionDraft draft, CancellationToken cancellation)
    {
        var user = settings();
        await using var tail = new TailStream();
        var request = new ExecutionRequest
        {
            Id = "build-" + Guid.NewGuid().ToString("N")[..16],
            StateDirectory = draft.MakeDirectory("box"),
            Root = new RootFileSystem(environment.Layers, into.Fs, draft.MakeDirectory("work")),
            Mounts = [.. environment.Mounts, new OverlayMount(code, into.Beside, draft.MakeDirectory("beside-work"), runtime.Path), .. user.Mounts],
            Command = install.Command,
            Environment = Variables(environment, user),
            WorkingDirectory = runtime.Path,
            Network = NetworkMode.Host,
            Privileges = BoxPrivileges.Build,
            Streams = new ExecutionStreams(Path.Combine(draft.Path, "log"), Output: tail, Error: tail),
        };
        var started = await backend.StartAsync(request, cancellation);
        if (started.Failure is { } failure) throw RefusalException.Bad($"dependencies: {string.Join(' ', install.Command)}: {failure.Message}");
        await using var instance = started.Instance!;
        var outcome = await instance.WaitAsync(cancellation);
        if (outcome.State == ExecutionState.Succeeded) return;
        if (outcome.State == ExecutionState.Cancelled) throw new OperationCanceledException(cancellation);
        var reason = outcome.Message ?? (outcome.ExitCode is { } exit ? $"it ended with code {exit}" : "it failed");
        throw RefusalException.Bad($"dependencies: '{install.Command[^1]}' failed, and nothing was deployed: {reason}{tail.Text()}");
    }

    private static Dictionary<string, string> Variables(PreparedEnvironment environment, InstallSettings user)
    {
        var variables = new Dictionary<string, string>(Reproducible.Variables);
        foreach (var (name, value) in environment.Variables.Concat(user.Variables)) variables[name] = value;
        variables["PIP_DISABLE_PIP_VERSION_CHECK"] = variables["PIP_BREAK_SYSTEM_PACKAGES"] = variables["PIP_NO_INPUT"] = "1";
        variables["PIP_NO_CACHE_DIR"] = "1";
        variables["PIP_ROOT_USER_ACTION"] = "ignore";
        variables["PIP_PROGRESS_BAR"] = "off";
        variables["HOME"] = "/root";
        if (environment.Mounts.Count > 0) variables["PIP_TARGET"] = PythonFolder;
        return variables;
    }

    /// <summary>What the command wrote beside the code (node_modules) goes where the code will be.</summary>
    private static void Take(string beside, string fs, string path)
    {
        if (!Directory.EnumerateFileSystemEntries(beside).Any()) return;
        var target = Path.Join(fs, path);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        if (Directory.Exists(target)) FolderRemoval.Remove(target);
        Directory.Move(beside, target);
    }

    /// <summary>Caches, logs, and what a box makes for itself.</summary>
    private static void Clean(string fs)
    {
        string[] waste = ["tmp", "var/tmp", "var/cache", "var/log", "root/.cache", "root/.npm", "run", "etc/resolv.conf", "etc/hostname", "etc/hosts"];
        foreach (var path in waste)
            if (Path.Exists(Path.Combine(fs, path))) FolderRemoval.Remove(Path.Combine(fs, path));
    }
}
