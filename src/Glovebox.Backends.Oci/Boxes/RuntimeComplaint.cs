namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Makes a message of what the runtime left behind when a box did not start.</summary>
internal static class RuntimeComplaint
{
    /// <param name="logPath">The runtime's own log; it need not exist.</param>
    /// <param name="standardError">What it, or what starts it, printed.</param>
    public static string Read(string logPath, string standardError, bool rootless)
    {
        var text = File.Exists(logPath) ? File.ReadAllText(logPath).Trim() : "";
        if (text.Length == 0) text = standardError;
        if (text.Length == 0) text = "the container runtime ended without a word";
        if (rootless && text.Contains("unshare", StringComparison.Ordinal)) return UserNamespaces.Explain(text);
        return $"The box could not be started: {text}. 'glovebox doctor' checks what the engine needs.";
    }
}
