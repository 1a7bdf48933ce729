using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;

namespace Glovebox.Functions.Contracts;

/// <summary>
/// Finds how code wants to be called: the runtime's command, if it has one; else what <c>--handler</c> names; else a Python <c>handle</c>, a Node
/// module, or a program, in this order. What could be meant in two ways is refused and not guessed.
/// </summary>
internal static class ContractDetection
{
    private const string Ways =
        "Give it a handler.py with 'def handle(params)', a handler.js that exports a function, or an executable; or name one with --handler module.function; or use a runtime with --run";

    /// <exception cref="RefusalException">Nothing can be called, or several things could.</exception>
    public static Contract Detect(string code, FunctionSpec spec, RuntimeSpec runtime)
    {
        if (runtime.Run is { } run) return OfCommand(spec, run);
        if (spec.Contract is ContractKind.Thesis or ContractKind.Http)
            throw RefusalException.Bad($"the {WireWords.Of(spec.Contract.Value)} contract needs a runtime with a command: make one with glovebox runtime create --run");
        if (spec.Handler is { } handler) return Named(code, spec.Contract, handler);
        return Of(spec.Contract, ContractKind.Python, () => PythonHandler.Find(code))
            ?? Of(spec.Contract, ContractKind.Node, () => NodeHandler.Find(code))
            ?? Of(spec.Contract, ContractKind.Executable, () => Programs.Find(code))
            ?? throw RefusalException.Bad($"there is nothing to call in this code. {Ways}");
    }

    private static Contract? Of(ContractKind? wanted, ContractKind kind, Func<Contract?> find) => wanted is null || wanted == kind ? find() : null;

    private static Contract OfCommand(FunctionSpec spec, string run)
    {
        if (spec.Handler is not null) throw RefusalException.Bad($"--handler: the runtime has a command ('{run}'), which is what is called. Leave it out, or take a runtime without --run");
        var kind = spec.Contract ?? (run.Contains("PORT", StringComparison.Ordinal) ? ContractKind.Http : ContractKind.Thesis);
        return kind switch
        {
            ContractKind.Thesis => new Contract(kind, "", $"thesis: '{run}' with input.json in and output.json out"),
            ContractKind.Http => new Contract(kind, "", $"http: '{run}' serves on $PORT"),
            _ => throw RefusalException.Bad($"contract {WireWords.Of(kind)}: the runtime has a command ('{run}'); that is thesis or http"),
        };
    }

    private static Contract Named(string code, ContractKind? wanted, string handler)
    {
        return Of(wanted, ContractKind.Python, () => PythonHandler.Named(code, handler))
            ?? Of(wanted, ContractKind.Node, () => NodeHandler.Named(code, handler))
            ?? Of(wanted, ContractKind.Executable, () => Programs.Named(code, handler))
            ?? throw RefusalException.Bad($"--handler '{handler}': there is no such module, file or program in the code. It has: {Listing(code)}");
    }

    private static string Listing(string code)
    {
        var names = new DirectoryInfo(code).GetFileSystemInfos().Select(entry => entry.Name).Order(StringComparer.Ordinal).ToList();
        return names.Count <= 10 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(10))} and {names.Count - 10} more";
    }
}
