namespace Glovebox.Projects;

/// <summary>What a user asks an environment to be: written in <c>glovebox.yaml</c> or detected. Nothing in it is resolved.</summary>
public sealed record EnvironmentSpec
{
    /// <summary>1 to 64 of [a-z0-9][a-z0-9._-]*.</summary>
    public required string Name { get; init; }

    public required BaseSpec Base { get; init; }

    /// <summary>Where it was read: <c>glovebox.yaml</c>, <c>requirements.txt, apt.txt</c>, <c>built-in</c>.</summary>
    public required string Source { get; init; }

    /// <summary>Debian packages: <c>name</c> or <c>name=version</c>.</summary>
    public IReadOnlyList<string> Apt { get; init; } = [];

    /// <summary>Lines of a pip requirements file; paths in them are relative to the project's root.</summary>
    public IReadOnlyList<string> Pip { get; init; } = [];

    /// <summary>Null when nothing of npm is asked for.</summary>
    public NpmSpec? Npm { get; init; }

    public IReadOnlyList<FileSpec> Files { get; init; } = [];

    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Commands run at the end of the build, each an argument list.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Run { get; init; } = [];

    /// <summary>Where the project's tree is in the box; null for the base's own, or <c>/work</c>.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>A user's name in the image, or UID[:GID]; null for the base's own.</summary>
    public string? User { get; init; }
}

/// <summary>Packages of npm: by name, or those that a package.json asks for. One of the two is set.</summary>
/// <param name="Packages"><c>name</c> or <c>name@range</c>.</param>
/// <param name="PackageFile">Path of a package.json, relative to the project's root.</param>
public sealed record NpmSpec(IReadOnlyList<string> Packages, string? PackageFile);

/// <summary>A file or folder of the project that is copied into the image.</summary>
/// <param name="Path">Relative to the project's root.</param>
/// <param name="Target">Absolute path in the image.</param>
public sealed record FileSpec(string Path, string Target);
