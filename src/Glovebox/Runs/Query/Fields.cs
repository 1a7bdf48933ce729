using Glovebox.Spelling;

namespace Glovebox.Runs.Query;

/// <summary>The fields that a condition may name.</summary>
internal static class Fields
{
    private static readonly Dictionary<string, string[]> Simple = new(StringComparer.Ordinal)
    {
        ["id"] = ["id"],
        ["status"] = ["status"],
        ["failureClass"] = ["failureClass"],
        ["exitCode"] = ["exitCode"],
        ["environment"] = ["environment", "name"],
        ["image"] = ["image"],
        ["backend"] = ["backend"],
        ["message"] = ["message"],
        ["tag"] = ["tags"],
        ["tags"] = ["tags"],
        ["command"] = ["command"],
        ["project"] = ["project"],
        ["startedAt"] = ["startedAt"],
        ["durationSeconds"] = ["durationSeconds"],
        ["duration"] = ["durationSeconds"],
        ["rerunOf"] = ["rerunOf"],
    };

    private static readonly string[] Groups = ["metrics", "params", "variables", "usage", "git", "host", "limits"];

    /// <summary>The path of a field as typed; null when there is no such field, and then <paramref name="nearest"/> may hold a suggestion.</summary>
    public static Field? Find(string name, out string? nearest)
    {
        nearest = null;
        if (Simple.TryGetValue(name, out var path)) return new Field(path);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        if (dot > 0 && dot < name.Length - 1)
        {
            var group = name[..dot];
            var rest = name[(dot + 1)..];
            // Metrics are stored flat, their nested names joined by dots; the other groups are stored as they nest.
            if (group == "metrics") return new Field([group, rest]);
            if (Groups.Contains(group)) return new Field([group, .. rest.Split('.')]);
            nearest = Nearest.Of(group, Groups) is { } g ? $"{g}.{rest}" : null;
            return null;
        }

        nearest = Nearest.Of(name, [.. Simple.Keys, .. Groups.Select(g => g + ".NAME")]);
        return null;
    }
}
