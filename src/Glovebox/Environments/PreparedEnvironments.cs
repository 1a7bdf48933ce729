using Glovebox.Environments.Building;
using Glovebox.Environments.Host;
using Glovebox.Environments.Locks;
using Glovebox.Execution;
using Glovebox.Images;
using Glovebox.Projects;

namespace Glovebox.Environments;

/// <summary>Puts together what a run needs to know of an environment.</summary>
internal static class PreparedEnvironments
{
    public static PreparedEnvironment OfImage(string name, Digest environment, Digest image, ImageStore images)
    {
        var config = images.Get(image);
        var user = config.User?.Split(':') is [var uid, var gid] && int.TryParse(uid, out var userNumber) && int.TryParse(gid, out var groupNumber)
            ? new BoxUser(userNumber, groupNumber) : null;
        return new PreparedEnvironment(
            name, environment.ToString(), image.ToString(), [.. config.Layers.Select(images.Layers.FsOf)], [], config.Variables,
            config.WorkingDirectory ?? ImageOfLock.DefaultWorkingDirectory, user);
    }

    public static EnvironmentLock LockOfHost(EnvironmentSpec spec, HostNow now) => new(
        spec.Base.ToString(), ImageConfig.ThisArchitecture, [new LockedStep { Kind = HostEnvironment.Kind, Result = now.Packages }],
        spec.Variables, spec.WorkingDirectory, spec.User);

    public static PreparedEnvironment OfHost(string name, EnvironmentLock environment, HostNow now)
    {
        (BoxUser User, string Home)? user = environment.User is { } named ? ImageUsers.Resolve(named, [now.Skeleton]) : null;
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = Reproducible.Variables["PATH"],
            ["LANG"] = "C.UTF-8",
            ["HOME"] = user?.Home ?? "/root",
        };
        foreach (var (key, value) in environment.Variables) variables[key] = value;
        var digest = environment.Digest.ToString();
        return new PreparedEnvironment(
            name, digest, digest, [now.Skeleton], now.Mounts, variables, environment.WorkingDirectory ?? ImageOfLock.DefaultWorkingDirectory, user?.User);
    }
}
