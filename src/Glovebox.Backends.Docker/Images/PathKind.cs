namespace Glovebox.Backends.Docker.Images;

/// <summary>What a path in a container is, as the engine says it: the bits of Go's <c>fs.FileMode</c>.</summary>
internal static class PathKind
{
    private const uint Directory = 1U << 31;
    private const uint Link = 1U << 27;
    private const uint AnyExecute = 0x49; // 0111

    public static bool IsDirectory(uint mode) => (mode & Directory) != 0;

    public static bool IsLink(uint mode) => (mode & Link) != 0;

    public static bool IsExecutable(uint mode) => (mode & AnyExecute) != 0;
}
