using Glovebox.Environments.Building;
using Glovebox.Environments.Host;
using Glovebox.Environments.Locks;
using Glovebox.Execution;
using Glovebox.Images;
using Glovebox.Projects;

namespace Glovebox.Environments.Prepared;

/// <summary>Puts together what a run needs to know of an environment.</summary>
internal static class PreparedEnvironments
{
    public static PreparedEnvironment OfImage(string name, Digest environment, Digest image, ImageStore images)
    {
        var config = images.Get(image);
        var layers = config.Layers.Select(images.Layers.FsOf).ToList();
        // Ours have numbers; an imported one may have a name.
        (BoxUser User, string Home)? user = config.User is { } named ? ImageUsers.Resolve(named, layers) : null;
        return new PreparedEnvironment(
            name, environment.ToString(), image.ToString(), layers, [], With(config.Variables, user?.Home),
            // The project's tree cannot take the place of the root.
            config.WorkingDirectory is null or "/" ? ImageOfLock.DefaultWorkingDirectory : config.WorkingDirectory, user?.User);
    }

    private static SortedDictionary<string, string> With(IReadOnlyDictionary<string, string> variables, string? home)
    {
        var all = new SortedDictionary<string, string>(
            StringComparer.Ordinal) { ["PATH"] = Reproducible.Variables["PATH"], ["LANG"] = "C.UTF-8", ["HOME"] = home ?? "/root" };
        foreach (var (key, value) in variables) all[key] = value;
        return all;
    }

    public static EnvironmentLock LockOfHost(EnvironmentSpec spec, HostNow now) => new(
        spec.Base.ToString(), ImageConfig.ThisArchitecture, [new LockedStep { Kind = HostEnvironment.Kind, Result = now.Packages }],
        spec.Variables, spec.WorkingDirectory, spec.User);

    public static PreparedEnvironment OfHost(string name, EnvironmentLock environment, HostNow now)
    {
        (BoxUser User, string Home)? user = environment.User is { } named ? ImageUsers.Resolve(named, [now.Skeleton]) : null;
        var digest = environment.Digest.ToString();
        return new PreparedEnvironment(
            name, digest, digest, [now.Skeleton], now.Mounts, With(
                environment.Variables, user?.Home), environment.WorkingDirectory ?? ImageOfLock.DefaultWorkingDirectory, user?.User);
    }
}
