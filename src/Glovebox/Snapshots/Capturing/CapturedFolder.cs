using Glovebox.Files;
using Glovebox.Snapshots.Ignoring;

namespace Glovebox.Snapshots.Capturing;

/// <summary>A directory in the middle of a capture.</summary>
/// <param name="path">From the root, in bytes; empty for the root.</param>
/// <param name="text">The same as text.</param>
internal sealed class CapturedFolder(byte[] path, string text, ulong hash, IgnoreScope rules)
{
    public byte[] Path { get; } = path;

    public string Text { get; } = text;

    public ulong Hash { get; } = hash;

    /// <summary>Once listed, those of its own ignore files too.</summary>
    public IgnoreScope Rules { get; set; } = rules;

    public CapturedItem[] Items { get; set; } = [];

    /// <summary>True for a folder that its own ignore file, itself ignored, says to be nobody's business (as test runners' caches do).</summary>
    public bool IgnoresItself { get; set; }

    public byte[] PathOf(byte[] name) => Path.Length == 0 ? name : [.. Path, (byte)'/', .. name];

    public string TextOf(byte[] name) => PathBytes.Join(Text, name);
}

/// <summary>One name in a directory that is captured; its entry stays null when it turns out to be nothing to keep.</summary>
internal sealed class CapturedItem(byte[] name)
{
    public byte[] Name { get; } = name;

    public TreeEntry? Entry { get; set; }

    public CapturedFolder? Folder { get; set; }

    public FileState State { get; set; }

    /// <summary>The file's hash of path when its state may be remembered; else 0.</summary>
    public ulong Remembered { get; set; }
}
