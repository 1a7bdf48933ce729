using Glovebox.Environments.Locks;
using Glovebox.Images;

namespace Glovebox.Environments.Building;

/// <summary>What the image of a lock says besides its layers: variables, working directory and user, from the base and the spec.</summary>
internal static class ImageOfLock
{
    public const string DefaultWorkingDirectory = "/work";

    public static ImageConfig Compose(EnvironmentLock environment, BuiltSteps built, ImageStore images)
    {
        var baseStep = built.Steps[0];
        var below = baseStep.Result is { } image && images.Contains(image) ? images.Get(image) : null;
        // An image with nothing added is that image: whoever asks what needs it finds its own digest.
        if (below is not null && built.Steps.Count == 1 && environment is { Variables.Count: 0, WorkingDirectory: null, User: null })
            return below;
        var directories = built.Layers.Select(images.Layers.FsOf).ToList();
        (Execution.BoxUser User, string Home)? user = (environment.User ?? below?.User) is { } name
            ? ImageUsers.Resolve(name, directories)
            : null;

        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["PATH"] = Reproducible.Variables["PATH"],
            ["LANG"] = "C.UTF-8",
            ["HOME"] = user?.Home ?? "/root",
        };
        foreach (var (key, value) in below?.Variables ?? new Dictionary<string, string>()) variables[key] = value;
        if (built.Steps.Any(step => step.Kind == NpmPlace.Kind))
        {
            variables["NODE_PATH"] = NpmPlace.Modules;
            variables["PATH"] = $"{NpmPlace.Programs}:{variables["PATH"]}";
        }
        foreach (var (key, value) in environment.Variables) variables[key] = value;
        return new ImageConfig(
            environment.Architecture, built.Layers, built.Titles, variables,
            environment.WorkingDirectory ?? below?.WorkingDirectory ?? DefaultWorkingDirectory,
            user is null ? null : $"{user.Value.User.Uid}:{user.Value.User.Gid}", below?.Entrypoint ?? [], below?.Command ?? []);
    }
}

/// <summary>Where packages of npm are in an image: no program looks there by itself, so variables say it.</summary>
public static class NpmPlace
{
    public const string Kind = "npm";
    public const string Directory = "/usr/local/lib/glovebox/npm";
    public const string Modules = Directory + "/node_modules";
    public const string Programs = Modules + "/.bin";
}
