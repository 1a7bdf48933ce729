using Glovebox.Functions.Deploying;
using Glovebox.Functions.Stores;
using Glovebox.Home;
using Glovebox.Jobs.Stores;

namespace Glovebox.Garbage;

/// <summary>Code, dependencies and environments of every version of a function that is recorded.</summary>
/// <param name="stores">The home's own, and the shared one that this process was told of.</param>
public sealed class FunctionKeeper(GloveboxHome home, IReadOnlyList<(IJobStore Identity, IFunctionStore Functions)> stores) : IKeeper
{
    public async Task KeepAsync(Kept kept, CancellationToken cancellation)
    {
        var unasked = new SharedStores(home).List().ToHashSet(StringComparer.Ordinal);
        foreach (var (identity, functions) in stores)
        {
            unasked.Remove(await identity.IdentifyAsync(cancellation));
            foreach (var function in await functions.ListAsync(cancellation))
                foreach (var version in await functions.ListVersionsAsync(function.Name, cancellation))
                {
                    kept.Environments.Add(version.Environment);
                    kept.Functions?.Add(version.Code);
                    if (version.Dependencies is { } installed) kept.Functions?.Add(installed);
                }
        }

        // Functions were deployed from here into a store that cannot be asked now: which of the code is theirs, nobody can say.
        if (unasked.Count > 0) kept.Functions = null;
    }
}
