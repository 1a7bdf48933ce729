using Glovebox.Query;

namespace Glovebox.Jobs;

/// <summary>What a condition may say of a job.</summary>
public static class JobFields
{
    public static readonly FieldCatalog Catalog = new(
        new Dictionary<string, string[]>(StringComparer.Ordinal)
        {
            ["id"] = ["id"],
            ["task"] = ["task"],
            ["status"] = ["status"],
            ["image"] = ["spec", "image"],
            ["environment"] = ["spec", "environment"],
            ["command"] = ["spec", "command"],
            ["cron"] = ["spec", "cron"],
            ["key"] = ["spec", "key"],
            ["priority"] = ["spec", "priority"],
            ["createdAt"] = ["createdAt"],
            ["finishedAt"] = ["finishedAt"],
            ["requestAddress"] = ["requestAddress"],
        },
        ["executions", "schedule", "spec", "metadata"],
        []);

    /// <summary>Where a field is in a job's JSON: <c>metadata</c> is the spec's.</summary>
    public static IReadOnlyList<string> PathOf(Field field) => field.Path is ["metadata", ..] ? ["spec", .. field.Path] : field.Path;
}
