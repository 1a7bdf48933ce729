using Glovebox.Query;

namespace Glovebox.Runs;

/// <summary>What a condition may say of a run.</summary>
public static class RunFields
{
    // Metrics and configuration are stored flat, their nested names joined by dots; the other groups are stored as they nest.
    public static readonly FieldCatalog Catalog = new(
        new Dictionary<string, string[]>(StringComparer.Ordinal)
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
            ["sweep"] = ["sweep"],
        },
        ["metrics", "config", "params", "variables", "usage", "git", "host", "limits"],
        ["metrics", "config"]);
}
