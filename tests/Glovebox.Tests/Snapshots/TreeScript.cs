using System.Text;
using Glovebox.Files;

namespace Glovebox.Tests.Snapshots;

/// <summary>
/// Random changes to a tree, read from bytes (which FsCheck makes and shrinks). Played on two equal trees it does the same to both; what
/// cannot be done (a name that is a directory, a parent that is missing) is passed over.
/// </summary>
internal sealed class TreeScript(byte[] code, IReadOnlyList<byte[]> names)
{
    /// <summary>Only root reads a file of mode 0.</summary>
    private static readonly int[] Modes = [0x1A4, 0x1ED, 0x180, 0x124, 0x1FF, 0x140, 0x100, Libc.EffectiveUser() == 0 ? 0 : 0x1A4];
    private static readonly int[] FolderModes = [0x1ED, 0x1C0, 0x16D, 0x1FF, 0x3FF];

    private int _at;

    public static readonly IReadOnlyList<byte[]> OddNames =
    [
        "a"u8.ToArray(), "b"u8.ToArray(), "lib"u8.ToArray(), "a.b"u8.ToArray(), "a-b"u8.ToArray(), "with,comma"u8.ToArray(),
        "quo\"te'"u8.ToArray(), "new\nline"u8.ToArray(), "tab\t%41"u8.ToArray(), " space "u8.ToArray(), "-rf"u8.ToArray(),
        [0xFF, 0xFE], [0xC3, (byte)'x'], "é"u8.ToArray(), "\u202eevil"u8.ToArray(), "日本"u8.ToArray(), "😀"u8.ToArray(),
        Encoding.ASCII.GetBytes(new string('n', 255)), ".hidden"u8.ToArray(), "*"u8.ToArray(), "\\"u8.ToArray(), [1, 0x7F],
    ];

    public static readonly IReadOnlyList<byte[]> FewNames = ["a"u8.ToArray(), "b"u8.ToArray(), "c"u8.ToArray()];

    /// <summary>Names that the ignore rules of <see cref="IgnoreText"/> speak of.</summary>
    public static readonly IReadOnlyList<byte[]> IgnoredNames =
        ["a"u8.ToArray(), "b"u8.ToArray(), "x.o"u8.ToArray(), "cache"u8.ToArray(), ".gitignore"u8.ToArray()];

    public void Play(string root)
    {
        _at = 0;
        while (_at < code.Length)
        {
            try
            {
                Step(root);
            }
            catch (FileException)
            {
                // The same on every tree that the script is played on.
            }
        }
    }

    private byte Next() => _at < code.Length ? code[_at++] : (byte)0;

    private byte[] Path()
    {
        var depth = Next() % 3;
        var path = names[Next() % names.Count];
        for (var i = 0; i < depth; i++) path = [.. path, (byte)'/', .. names[Next() % names.Count]];
        return path;
    }

    private void Step(string root)
    {
        using var top = Folder.Open(root);
        var action = Next() % 12;
        var path = Path();
        var other = action is 5 or 6 ? Path() : [];
        var value = Next();
        using var at = new Spot(top, path);
        switch (action)
        {
            case 0 or 1:
                at.Write(Content(path, value), Modes[value % Modes.Length]);
                break;
            case 2:
                at.Folder.MakeFolder(at.Name, 0x1ED);
                break;
            case 3:
                at.Delete();
                at.Folder.MakeLink(at.Name, value % 2 == 0 ? "/etc"u8 : names[value % names.Count]);
                break;
            case 4:
                at.Delete();
                break;
            case 5:
                using (var to = new Spot(top, other)) at.MoveTo(to);
                break;
            case 6:
                using (var to = new Spot(top, other)) at.SwapWith(to);
                break;
            case 7:
                at.ChangeMode(Modes[value % Modes.Length], FolderModes[value % FolderModes.Length]);
                break;
            case 8:
                at.Delete();
                at.Folder.MakeFolder(at.Name, 0x1ED);
                break;
            case 9:
                at.Delete();
                at.Write(Content(path, value), 0x1A4);
                break;
            case 10:
                at.Rewrite();
                break;
            case 11:
                at.Append([value]);
                break;
        }
    }

    private static byte[] Content(byte[] path, byte value)
    {
        if (path.AsSpan().EndsWith(".gitignore"u8)) return Encoding.ASCII.GetBytes(IgnoreText(value));
        var content = new byte[value % 7 == 0 ? 0 : value % 11 == 0 ? 200_000 : value];
        new Random(value).NextBytes(content);
        return content;
    }

    public static string IgnoreText(int value) => (value % 7) switch
    {
        0 => "*.o\n",
        1 => "cache/\n",
        2 => "*\n",
        3 => "b\n!b/x.o\n",
        4 => "/a/\n",
        5 => "*.o\n!a/x.o\ncache\n",
        _ => "",
    };
}
