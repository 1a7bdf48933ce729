namespace Glovebox.Masking;

/// <summary>Which variables' and headers' values are shown to nobody.</summary>
internal static class MaskedNames
{
    public const string Mask = "***";

    private static readonly string[] Parts = ["PASSWORD", "PASSWD", "TOKEN", "SECRET", "KEY", "CREDENTIAL", "CLIENT_ID"];
    private static readonly string[] Headers = ["AUTHORIZATION", "COOKIE", "AUTH"];

    public static bool IsSecret(string name) => Parts.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    /// <summary>HTTP headers carry secrets under names of their own too.</summary>
    public static bool IsSecretHeader(string name) =>
        IsSecret(name) || Headers.Any(part => name.Contains(part, StringComparison.OrdinalIgnoreCase));

    public static SortedDictionary<string, string> Hide(IReadOnlyDictionary<string, string> variables) => Hide(variables, IsSecret);

    public static SortedDictionary<string, string> HideHeaders(IReadOnlyDictionary<string, string> headers) => Hide(headers, IsSecretHeader);

    private static SortedDictionary<string, string> Hide(IReadOnlyDictionary<string, string> values, Func<string, bool> isSecret) =>
        new(values.ToDictionary(v => v.Key, v => isSecret(v.Key) ? Mask : v.Value), StringComparer.Ordinal);
}
