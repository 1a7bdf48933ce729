using Glovebox.Images.Tar;

namespace Glovebox.Images.Layers;

/// <summary>What a path of a layer is.</summary>
internal enum LayerEntryKind
{
    File,
    Directory,
    Symlink,

    /// <summary>Another name of a file that comes earlier in the layer.</summary>
    HardLink,

    /// <summary>The path is removed from the layers below.</summary>
    Whiteout,
}

/// <summary>One path of a layer.</summary>
/// <param name="Path">Relative, '/'-separated, in the encoding of <see cref="Files.PathBytes"/>.</param>
/// <param name="Modified">Whole seconds since 1970.</param>
/// <param name="Target">Of a symbolic link its text, of a hard link the path of the file; else empty.</param>
/// <param name="Opaque">Of a directory: nothing of the layers below shows in it.</param>
/// <param name="Content">SHA-256 of a file's bytes as hexadecimal digits; null for the others.</param>
internal sealed record LayerEntry(
    string Path, LayerEntryKind Kind, int Mode, uint User, uint Group, long Modified, long Size = 0,
    string Target = "", byte[]? Capability = null, bool Opaque = false, string? Content = null)
{
    private const string WhiteoutPrefix = ".wh.", OpaqueName = ".wh..wh..opq";

    /// <summary>The entry as it stands in a layer's tar (OCI image specification, "Representing Changes").</summary>
    public TarEntry InTar() => Kind switch
    {
        LayerEntryKind.Whiteout => new TarEntry(WithName(Path, WhiteoutPrefix + NameOf(Path)), TarKind.File, 0, 0, 0, 0, 0),
        LayerEntryKind.Directory => new TarEntry(Path, TarKind.Directory, Mode, User, Group, 0, Modified),
        LayerEntryKind.Symlink => new TarEntry(Path, TarKind.Symlink, 0x1FF, User, Group, 0, Modified, Target),
        LayerEntryKind.HardLink => new TarEntry(Path, TarKind.HardLink, Mode, User, Group, 0, Modified, Target),
        _ => new TarEntry(Path, TarKind.File, Mode, User, Group, Size, Modified, "", Capability),
    };

    /// <summary>The further entry that an opaque directory has.</summary>
    public TarEntry OpaqueMark() => new(Path + "/" + OpaqueName, TarKind.File, 0, 0, 0, 0, 0);

    /// <summary>What a whiteout in a tar removes: a path, or everything in a directory; null when the name is an ordinary one.</summary>
    public static (string Path, bool Opaque)? Whiteout(string path)
    {
        var name = NameOf(path);
        if (name == OpaqueName) return (WithName(path, "").TrimEnd('/'), true);
        return name.StartsWith(WhiteoutPrefix, StringComparison.Ordinal) ? (WithName(path, name[WhiteoutPrefix.Length..]), false) : null;
    }

    private static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    private static string WithName(string path, string name) => path[..(path.LastIndexOf('/') + 1)] + name;
}
