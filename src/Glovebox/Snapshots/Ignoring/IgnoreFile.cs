namespace Glovebox.Snapshots.Ignoring;

/// <summary>The lines of a <c>.gitignore</c> or <c>.gloveboxignore</c>.</summary>
internal sealed class IgnoreFile
{
    private readonly List<IgnorePattern> _patterns = [];

    public IgnoreFile(ReadOnlySpan<byte> content)
    {
        if (content.StartsWith("\uFEFF"u8)) content = content["\uFEFF"u8.Length..];
        foreach (var line in content.Split((byte)'\n'))
        {
            if (IgnorePattern.Parse(content[line]) is { } pattern) _patterns.Add(pattern);
        }
    }

    /// <summary>What the last line that fits says; null when none does.</summary>
    /// <param name="path">Relative to the file's folder.</param>
    public bool? Ignores(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, bool folder)
    {
        for (var i = _patterns.Count - 1; i >= 0; i--)
        {
            if (_patterns[i].Matches(path, name, folder)) return !_patterns[i].Negative;
        }
        return null;
    }
}
