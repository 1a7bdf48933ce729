using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Spelling;

namespace Glovebox.Functions.Stores;

/// <summary>Functions by names that people type.</summary>
internal static class FunctionNames
{
    /// <exception cref="RefusalException">NotFound: there is none of that name; names near ones.</exception>
    public static async Task<Function> GetAsync(this IFunctionStore store, string name, CancellationToken cancellation)
    {
        if (await store.FindAsync(name, cancellation) is { } function) return function;
        var names = (await store.ListAsync(cancellation)).Select(one => one.Name).ToList();
        throw RefusalException.NotFound(
            $"no function is named '{name}'.{NearNames.Question(name, names)} {(names.Count == 0 ? "There is none yet: glovebox function deploy" : "See glovebox function ls")}");
    }

    /// <exception cref="RefusalException">NotFound: the function has no such version; names those that it has.</exception>
    public static FunctionVersion Get(this IReadOnlyList<FunctionVersion> versions, string name, string version) =>
        versions.FirstOrDefault(one => $"{one.Version}" == version)
            ?? throw RefusalException.NotFound($"function '{name}' has no version '{version}'. It has: {string.Join(", ", versions.Select(one => one.Version))}");
}
