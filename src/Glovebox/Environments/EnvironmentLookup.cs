using Glovebox.Api;
using Glovebox.Environments.Locks;
using Glovebox.Images;
using Glovebox.Projects;

namespace Glovebox.Environments;

/// <summary>Finds environments by name, and what is known of them; starts nothing and builds nothing.</summary>
internal sealed class EnvironmentLookup(EnvironmentStore store, ImageStore images)
{
    /// <param name="name">A name of the project, <c>host</c>, an image's name or digest; null for the project's default.</param>
    public (Project Project, EnvironmentSpec Spec) Find(string directory, string? name)
    {
        var project = Project.Find(directory);
        // The machine itself needs no project file, not even a right one.
        if (name == "host") return (project, ProjectSpec.BuiltInHost);
        var spec = project.ReadSpec();
        if (name is null || spec.Find(name) is not null) return (project, spec.Choose(name));
        if (images.Find(name) is null) throw spec.NoSuchEnvironment(name);
        return (project, new EnvironmentSpec { Name = name, Base = new BaseSpec(BaseKind.Image, name), Source = "image" });
    }

    /// <exception cref="RefusalException">A file of the spec is missing, or glovebox.lock was written for another spec.</exception>
    public ResolvedEnvironment Resolve(Project project, EnvironmentSpec spec)
    {
        var parts = SpecParts.Of(spec, project);
        if (LockFile.Read(project).Environments.GetValueOrDefault(spec.Name) is { } entry)
        {
            var locked = entry.MatchOrRefuse(spec.Name, parts);
            return new ResolvedEnvironment(project, spec, parts, locked, locked.Digest);
        }
        // An image's name may point to another image by now: what it was resolved to says nothing.
        var known = spec.Base.Kind == BaseKind.Image && images.Find(spec.Base.Value) is { } image
            ? store.ResolvedFrom(WithImage(parts, image).Digest)
            : store.ResolvedFrom(parts.Digest);
        return new ResolvedEnvironment(project, spec, parts, null, known);
    }

    /// <summary>Keeps what the spec was resolved to.</summary>
    public void Keep(ResolvedEnvironment environment, Digest resolved) => store.SetResolved(KeyOf(environment), resolved);

    public void Forget(ResolvedEnvironment environment) => store.ForgetResolved(KeyOf(environment));

    private Digest KeyOf(ResolvedEnvironment environment) =>
        environment.Spec.Base.Kind == BaseKind.Image && images.Find(environment.Spec.Base.Value) is { } image
            ? WithImage(environment.Parts, image).Digest
            : environment.Parts.Digest;

    private static SpecParts WithImage(SpecParts parts, Digest image) =>
        new(
            new SortedDictionary<string,
            string>(parts.Parts.ToDictionary(pair => pair.Key, pair => pair.Value), StringComparer.Ordinal) { ["image"] = image.Hex });
}
