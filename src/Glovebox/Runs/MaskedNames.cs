namespace Glovebox.Runs;

/// <summary>Which variables' values never reach a record.</summary>
internal static class MaskedNames
{
    public const string Mask = "***";

    private static readonly string[] Parts = ["PASSWORD", "PASSWD", "TOKEN", "SECRET", "KEY", "CREDENTIAL"];

    public static bool IsSecret(string name) => Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    public static SortedDictionary<string, string> Hide(IReadOnlyDictionary<string, string> variables) =>
        new(variables.ToDictionary(v => v.Key, v => IsSecret(v.Key) ? Mask : v.Value), StringComparer.Ordinal);
}
