using Glovebox.Spelling;

namespace Glovebox.Query;

/// <summary>The fields that a condition may name, for one kind of record.</summary>
/// <param name="simple">Each name with its path in the record's JSON.</param>
/// <param name="groups">Objects whose members may be named: <c>params.C</c>.</param>
/// <param name="flat">Those groups whose nested names are stored joined by dots.</param>
public sealed class FieldCatalog(IReadOnlyDictionary<string, string[]> simple, IReadOnlyList<string> groups, IReadOnlyList<string> flat)
{
    /// <summary>Some names, for a message.</summary>
    public string Examples => string.Join(", ", [.. simple.Keys.Take(8), .. groups.Select(g => g + ".NAME")]);

    /// <summary>The path of a field as typed; null when there is no such field, and then <paramref name="nearest"/> may hold a suggestion.</summary>
    public Field? Find(string name, out string? nearest)
    {
        nearest = null;
        if (simple.TryGetValue(name, out var path)) return new Field(path);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && dot < name.Length - 1)
        {
            var group = name[..dot];
            var rest = name[(dot + 1)..];
            if (flat.Contains(group)) return new Field([group, rest]);
            if (groups.Contains(group)) return new Field([group, .. rest.Split('.')]);
            nearest = Nearest.Of(group, groups) is { } g ? $"{g}.{rest}" : null;
            return null;
        }

        nearest = Nearest.Of(name, [.. simple.Keys, .. groups.Select(g => g + ".NAME")]);
        return null;
    }
}
