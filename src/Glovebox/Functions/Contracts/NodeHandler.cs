using System.Text.Json;
using Glovebox.Api;
using Glovebox.Api.Functions;

namespace Glovebox.Functions.Contracts;

/// <summary>A module of Node: what <c>package.json</c> calls <c>main</c>, or a file of a usual name, or the only one.</summary>
internal static class NodeHandler
{
    private static readonly string[] Extensions = [".mjs", ".js", ".cjs"];
    private static readonly string[] Usual = ["handler", "index", "main", "app", "function"];

    public static Contract? Find(string code)
    {
        if (Main(code) is { } main) return Of(main, null);
        foreach (var name in Usual)
            foreach (var extension in Extensions)
                if (File.Exists(Path.Combine(code, name + extension))) return Of(name + extension, null);
        return Extensions.SelectMany(extension => Directory.EnumerateFiles(code, "*" + extension)).ToList() is [var only] ? Of(Path.GetFileName(only), null) : null;
    }

    /// <param name="handler"><c>file</c>, <c>file.js</c>, <c>file.export</c> or <c>file.js.export</c>.</param>
    public static Contract? Named(string code, string handler)
    {
        if (FileOf(code, handler) is { } whole) return Of(whole, null);
        var dot = handler.LastIndexOf('.');
        return dot > 0 && FileOf(code, handler[..dot]) is { } file ? Of(file, handler[(dot + 1)..]) : null;
    }

    private static string? FileOf(string code, string name)
    {
        if (name.Contains("..", StringComparison.Ordinal) || name.StartsWith('/')) return null;
        if (Extensions.Any(extension => name.EndsWith(extension, StringComparison.Ordinal)) && File.Exists(Path.Combine(code, name))) return name;
        return Extensions.Select(extension => name + extension).FirstOrDefault(file => File.Exists(Path.Combine(code, file)));
    }

    private static string? Main(string code)
    {
        var package = Path.Combine(code, "package.json");
        if (!File.Exists(package)) return null;
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(package));
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("main", out var main)
                && main.ValueKind == JsonValueKind.String ? FileOf(code, main.GetString()!.TrimStart('.', '/')) : null;
        }
        catch (JsonException broken)
        {
            throw RefusalException.Bad($"package.json: not JSON: {broken.Message}");
        }
    }

    private static Contract Of(string file, string? export) => new(
        ContractKind.Node, export is null ? file : $"{file}.{export}", $"node: {(export is null ? "the default export" : export)} of {file}");
}
