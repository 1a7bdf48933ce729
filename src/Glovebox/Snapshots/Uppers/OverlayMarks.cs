using System.Text;
using Glovebox.Api;
using Glovebox.Files;

namespace Glovebox.Snapshots.Uppers;

/// <summary>
/// The marks that overlayfs leaves in an upper directory (Linux, Documentation/filesystems/overlayfs.rst). In a user namespace the
/// attributes are those of "user." instead of "trusted.".
/// </summary>
internal static class OverlayMarks
{
    /// <summary>A deleted name: a character device 0:0, or an empty file with the attribute "overlay.whiteout".</summary>
    public static bool IsWhiteout(Folder folder, byte[] name, in FileState state)
    {
        if (state.Kind == FileKind.CharacterDevice) return state.DeviceNode == 0;
        if (state.Kind != FileKind.File || state.Size != 0) return false;
        using var file = folder.TryOpenFile(name, out _);
        return file is not null && Read(FileContent.Fd(file), "whiteout", []) >= 0;
    }

    /// <summary>A folder that hides the one below: "overlay.opaque" is "y". ("x" only announces whiteouts in the form of attributes.)</summary>
    public static bool IsOpaque(Folder folder)
    {
        Span<byte> value = stackalloc byte[8];
        return Read(folder.Descriptor, "opaque", value) == 1 && value[0] == 'y';
    }

    /// <summary>Refuses upper directories whose content is not all in them: the box was mounted with the wrong options.</summary>
    public static void RequireOwnContent(int fd, string path)
    {
        foreach (var mark in (ReadOnlySpan<string>)["metacopy", "redirect"])
        {
            // To root only the kernel's own marks count: a box may set attributes of "user." as it likes.
            var name = (Libc.EffectiveUser() == 0 ? "trusted.overlay." : "user.overlay.") + mark;
            if (FileContent.ReadAttribute(fd, Encoding.ASCII.GetBytes(name), []) < 0) continue;
            throw RefusalException.Unable(
                $"{path} was written by an overlay with {mark}, so its content is elsewhere. Mount boxes with metacopy=off,redirect_dir=off");
        }
    }

    private static int Read(int fd, string mark, Span<byte> value)
    {
        var trusted = FileContent.ReadAttribute(fd, Encoding.ASCII.GetBytes("trusted.overlay." + mark), value);
        return trusted >= 0 ? trusted : FileContent.ReadAttribute(fd, Encoding.ASCII.GetBytes("user.overlay." + mark), value);
    }
}
