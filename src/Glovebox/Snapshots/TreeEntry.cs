using Glovebox.Blobs;

namespace Glovebox.Snapshots;

/// <summary>What an entry of a tree is.</summary>
public enum TreeEntryKind
{
    File,
    Directory,
    Symlink,
}

/// <summary>One file, directory or symbolic link of a tree.</summary>
/// <param name="Path">
/// Relative, '/'-separated, with no '.' or '..' part. Bytes that are not UTF-8 stand as lone surrogates U+DC80..U+DCFF
/// (Python's surrogateescape, PEP 383), so every name the kernel allows has exactly one string.
/// </param>
/// <param name="Mode">Permission bits (07777), setuid and setgid never among them.</param>
/// <param name="Size">Bytes of a file; 0 for the others.</param>
/// <param name="Blob">The content of a file; null for the others.</param>
/// <param name="Target">Where a symbolic link points, in the encoding of <paramref name="Path"/>; null for the others.</param>
public sealed record TreeEntry(string Path, TreeEntryKind Kind, int Mode, long Size, BlobId? Blob, string? Target);

/// <summary>A directory tree by content: its entries in ordinal byte order of their paths.</summary>
/// <param name="Id">The blob that holds the manifest; equal trees have equal ids.</param>
public sealed record Tree(BlobId Id, IReadOnlyList<TreeEntry> Entries);
