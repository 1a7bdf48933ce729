using System.Text.RegularExpressions;
using Glovebox.Api;
using Glovebox.Api.Functions;

namespace Glovebox.Functions.Contracts;

/// <summary>A function <c>handle</c> of a Python module. Modules are read and not run.</summary>
internal static partial class PythonHandler
{
    private const string Default = "handle";
    private const int LargestModule = 4 << 20;

    private static readonly string[] Usual = ["handler.py", "main.py", "app.py", "function.py", "index.py"];

    public static Contract? Find(string code)
    {
        var having = Directory.EnumerateFiles(code, "*.py").Where(path => Defines(path, Default)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal).ToList();
        var file = Usual.FirstOrDefault(having.Contains) ?? (having.Count == 1 ? having[0] : null);
        if (file is null && having.Count > 1)
            throw RefusalException.Bad($"several files have a function 'handle': {string.Join(", ", having)}. Say which with --handler {Path.GetFileNameWithoutExtension(having[0])}.handle");
        return file is null ? null : Of(Path.GetFileNameWithoutExtension(file), Default, file);
    }

    /// <param name="handler"><c>package.module.function</c>, or a file <c>module.py</c>.</param>
    /// <returns>Null when it names nothing of Python's.</returns>
    /// <exception cref="RefusalException">The module is there, and has no such function.</exception>
    public static Contract? Named(string code, string handler)
    {
        if (handler.EndsWith(".py", StringComparison.Ordinal)) handler = handler[..^3].Replace('/', '.') + "." + Default;
        if (!Dotted().IsMatch(handler)) return null;
        var dot = handler.LastIndexOf('.');
        var (module, function) = dot < 0 ? (handler, Default) : (handler[..dot], handler[(dot + 1)..]);
        var at = module.Replace('.', '/');
        var file = new[] { $"{at}.py", $"{at}/__init__.py" }.FirstOrDefault(path => File.Exists(Path.Combine(code, path)));
        if (file is null) return null;
        if (!Defines(Path.Combine(code, file), function))
            throw RefusalException.Bad($"--handler '{handler}': {file} has no function '{function}'. Write 'def {function}(params)' in it, or name another");
        return Of(module, function, file);
    }

    private static Contract Of(string module, string function, string file) =>
        new(ContractKind.Python, $"{module}.{function}", $"python: {function} in {file}");

    private static bool Defines(string path, string function)
    {
        var file = new FileInfo(path);
        if (file.Length > LargestModule) return false;
        var text = File.ReadAllText(path);
        // Made otherwise than by def: assigned, imported, a class.
        return Regex.IsMatch(
            text, $@"^(?:(?:async\s+)?def\s+{function}\s*\(|class\s+{function}\b|{function}\s*=[^=]|(?:from\s+\S+\s+)?import\s.*\b{function}\b)",
            RegexOptions.Multiline | RegexOptions.NonBacktracking);
    }

    [GeneratedRegex(@"^[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Dotted();
}
