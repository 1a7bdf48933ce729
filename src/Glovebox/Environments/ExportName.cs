namespace Glovebox.Environments;

/// <summary>What podman and docker call an exported environment: <c>glovebox/PROJECT-ENVIRONMENT:latest</c>.</summary>
internal static class ExportName
{
    public static string Of(string project, string environment) => $"glovebox/{Part(project)}-{Part(environment)}:latest";

    /// <summary>Repository names are [a-z0-9] between single separators (OCI distribution specification).</summary>
    private static string Part(string text)
    {
        var letters = text.ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-');
        var part = string.Join('-', new string([.. letters]).Split('-', StringSplitOptions.RemoveEmptyEntries));
        return part.Length == 0 ? "project" : part;
    }
}
