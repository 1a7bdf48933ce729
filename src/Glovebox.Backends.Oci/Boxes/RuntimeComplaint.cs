namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Makes a message of what the runtime said when a box did not start.</summary>
internal static class RuntimeComplaint
{
    /// <param name="text">What it, or what starts it, wrote to its log or standard error.</param>
    public static string Explain(string text, bool rootless)
    {
        if (text.Length == 0) text = "the container runtime ended without a word";
        if (rootless && text.Contains("unshare", StringComparison.Ordinal)) return UserNamespaces.Explain(text);
        if (text.Contains("overlay", StringComparison.Ordinal)) return MountSpace.Explain(target: null, text);
        return $"The box could not be started: {text}. 'glovebox doctor' checks what the engine needs.";
    }
}
