using Glovebox.Api;

namespace Glovebox.Projects.Detection;

/// <summary>
/// Reads from the files that other tools know what a project needs, with the names and meanings of the Reproducible Execution Environment
/// Specification. One environment named <c>default</c>, or null when there is nothing to go by.
/// </summary>
internal static class EnvironmentDetector
{
    private static readonly string[] CondaFiles = ["environment.yml", "environment.yaml", "conda-lock.yml"];

    /// <summary>Every name that is looked for.</summary>
    public static readonly string[] Names =
    [
        "Dockerfile", .. CondaFiles, "requirements.txt", "pyproject.toml", "package.json", "DESCRIPTION", "install.R", "apt.txt",
        "runtime.txt", "postBuild",
    ];

    public static EnvironmentSpec? Detect(string root)
    {
        bool Has(string name) => File.Exists(Path.Combine(root, name));
        if (Has("Dockerfile"))
            return new EnvironmentSpec { Name = "default", Base = new BaseSpec(BaseKind.Dockerfile, "Dockerfile"), Source = "Dockerfile" };
        foreach (var conda in CondaFiles.Where(Has))
        {
            throw RefusalException.Bad($"{conda}: Conda environments are not supported yet. List the packages under apt: and pip: in "
                + "glovebox.yaml, or use this machine's own programs with --env host");
        }

        var sources = new List<string>();
        var apt = new List<string>();
        var pip = PythonPackages(root, Has, sources);
        NpmSpec? npm = null;
        if (Has("package.json"))
        {
            sources.Add("package.json");
            npm = new NpmSpec([], "package.json");
        }
        if (Has("DESCRIPTION") || Has("install.R")) apt.AddRange(RProject.DebianPackages(root, sources));
        if (Has("apt.txt"))
        {
            sources.Add("apt.txt");
            apt.AddRange(AptFile.Read(Path.Combine(root, "apt.txt")));
        }
        var runtime = Has("runtime.txt") ? RuntimeFile.Read(Path.Combine(root, "runtime.txt")) : null;
        if (runtime is not null)
        {
            sources.Add("runtime.txt");
            apt.Add(runtime.Package);
        }
        var postBuild = Has("postBuild");
        if (postBuild) sources.Add("postBuild");
        if (sources.Count == 0) return null;

        return new EnvironmentSpec
        {
            Name = "default",
            Base = runtime?.Base ?? BaseSpec.Default,
            Source = string.Join(", ", sources),
            Apt = [.. apt.Distinct()],
            Pip = pip,
            Npm = npm,
            Files = postBuild ? [new FileSpec("postBuild", PostBuildTarget)] : [],
            Run = postBuild ? [[PostBuildTarget]] : [],
        };
    }

    private const string PostBuildTarget = "/usr/local/lib/glovebox/postBuild";

    private static IReadOnlyList<string> PythonPackages(string root, Func<string, bool> has, List<string> sources)
    {
        if (has("requirements.txt"))
        {
            sources.Add("requirements.txt");
            return ["-r requirements.txt"];
        }
        if (!has("pyproject.toml") || PythonProject.Dependencies(Path.Combine(root, "pyproject.toml")) is not { } dependencies) return [];
        sources.Add("pyproject.toml");
        return dependencies;
    }
}
