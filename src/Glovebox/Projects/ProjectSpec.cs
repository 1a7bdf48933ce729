using Glovebox.Spelling;
using Glovebox.Api;

namespace Glovebox.Projects;

/// <summary>What a project's <c>glovebox.yaml</c> says, or what was detected where it says nothing.</summary>
/// <param name="Name">The <c>project:</c> key; null when there is none.</param>
/// <param name="Environments">In the order they are written; never <c>host</c>, which is always there.</param>
public sealed record ProjectSpec(string? Name, IReadOnlyList<EnvironmentSpec> Environments)
{
    /// <summary>Runtimes of functions, in the order they are written.</summary>
    public IReadOnlyList<WrittenRuntime> Runtimes { get; init; } = [];

    /// <summary>The environment of that name, or for null the default: the only one, or the one named <c>default</c>, or
    /// <c>host</c>.</summary>
    /// <exception cref="RefusalException">Not found, or no name given and several to choose from.</exception>
    public EnvironmentSpec Choose(string? name)
    {
        if (name is not null) return Find(name) ?? throw NoSuchEnvironment(name);
        return Environments.Count switch
        {
            0 => BuiltInHost,
            1 => Environments[0],
            _ => Find("default") ?? throw RefusalException.Bad(
                $"this project has several environments and none is named 'default': choose one with --env ({Names()})"),
        };
    }

    public EnvironmentSpec? Find(string name) =>
        Environments.FirstOrDefault(environment => environment.Name == name) ?? (name == "host" ? BuiltInHost : null);

    public RefusalException NoSuchEnvironment(string name)
    {
        var names = Environments.Select(environment => environment.Name).Append("host");
        return RefusalException.NotFound($"no environment is named '{name}'.{NearNames.Question(name, names)} There are: {Names()}, host. "
            + "Another project's environment can be used as an image: glovebox env build NAME --tag IMAGE");
    }

    private string Names() =>
        Environments.Count == 0 ? "none in this project" : string.Join(", ", Environments.Select(environment => environment.Name));

    /// <summary>This machine's own programs: there without being asked for.</summary>
    public static readonly EnvironmentSpec BuiltInHost = new() { Name = "host", Base = BaseSpec.Host, Source = "built-in" };
}
