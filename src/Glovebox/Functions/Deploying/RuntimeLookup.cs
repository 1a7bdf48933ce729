using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Environments;
using Glovebox.Functions.Stores;
using Glovebox.Projects;
using Glovebox.Spelling;

namespace Glovebox.Functions.Deploying;

/// <summary>Runtimes that were created, and those that the project's <c>glovebox.yaml</c> has under <c>runtimes:</c>, which become created when used.</summary>
internal sealed class RuntimeLookup(IFunctionStore store, IEnvironmentSource environments, string project, TimeProvider time)
{
    /// <exception cref="RefusalException">There is none of that name.</exception>
    public async Task<FunctionRuntime> FindAsync(string name, CancellationToken cancellation)
    {
        if (Project.Find(project).ReadSpec().Runtimes.FirstOrDefault(runtime => runtime.Name == name) is { } written)
        {
            var spec = new RuntimeSpec { Environment = written.Environment, Path = written.Path, Dependencies = written.Dependencies, Run = written.Run };
            return await CreateAsync(name, spec, cancellation);
        }

        return await store.FindRuntimeAsync(name, null, cancellation) ?? throw await UnknownAsync(name, cancellation);
    }

    public async Task<FunctionRuntime> CreateAsync(string name, RuntimeSpec spec, CancellationToken cancellation)
    {
        Names.Check("runtime", name);
        SpecChecks.Check(spec);
        if (!environments.Knows(project, spec.Environment))
            throw RefusalException.NotFound(
                $"environment '{spec.Environment}' is neither one of the server's project in {project} nor an image; 'host' is this machine's own programs. "
                + "An environment of another project: glovebox env build NAME --tag IMAGE there, then --image IMAGE");
        return await store.PutRuntimeAsync(name, spec, time.GetUtcNow(), cancellation);
    }

    public async Task<RefusalException> UnknownAsync(string name, CancellationToken cancellation)
    {
        var written = Project.Find(project).ReadSpec().Runtimes.Select(runtime => runtime.Name);
        var names = (await store.ListRuntimesAsync(cancellation)).Select(runtime => runtime.Name).Union(written).ToList();
        var has = names.Count == 0 ? "There is none yet: glovebox runtime create NAME --env host" : $"There are: {string.Join(", ", names.Order(StringComparer.Ordinal))}";
        return RefusalException.NotFound($"no runtime is named '{name}'.{NearNames.Question(name, names)} {has}");
    }
}
