namespace Glovebox.Images.Tar;

/// <summary>The kinds of entry that matter to a root file system; the value is POSIX's type flag.</summary>
internal enum TarKind : byte
{
    File = (byte)'0',
    HardLink = (byte)'1',
    Symlink = (byte)'2',
    CharacterDevice = (byte)'3',
    BlockDevice = (byte)'4',
    Directory = (byte)'5',
    Pipe = (byte)'6',
}

/// <summary>One entry of a tar archive.</summary>
/// <param name="Path">As it stands in the archive, bytes that are not UTF-8 as in <see cref="Files.PathBytes"/>.</param>
/// <param name="Mode">The low twelve bits.</param>
/// <param name="Modified">Seconds since 1970.</param>
/// <param name="Target">Of a link; empty for the others.</param>
/// <param name="Capability">The extended attribute <c>security.capability</c>.</param>
internal sealed record TarEntry(
    string Path, TarKind Kind, int Mode, uint User, uint Group, long Size, long Modified, string Target = "", byte[]? Capability = null);
