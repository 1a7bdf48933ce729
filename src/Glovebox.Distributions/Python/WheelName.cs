using System.Text.RegularExpressions;

namespace Glovebox.Distributions.Python;

/// <summary>The name of a wheel's file: NAME-VERSION[-BUILD]-PYTHON-ABI-PLATFORM.whl (PyPA, "Binary distribution format").</summary>
internal static partial class WheelName
{
    /// <summary>The project's normalized name and the version; null when it is no wheel.</summary>
    public static (string Name, string Version)? Parse(string file)
    {
        var parts = file.EndsWith(".whl", StringComparison.Ordinal) ? file[..^4].Split('-') : [];
        return parts.Length is 5 or 6 ? (Separators().Replace(parts[0], "-").ToLowerInvariant(), parts[1].Replace('_', '-')) : null;
    }

    /// <summary>PyPA, "Names and normalization".</summary>
    [GeneratedRegex("[-_.]+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Separators();
}
