using System.Text;
using Glovebox.Files;

namespace Glovebox.Environments.Prepared;

/// <summary>The files that a preparation was made from, by their state: when all are as they were, so is what was made.</summary>
/// <param name="Text">A line a file: times, size and inode, or '-' for one that is not there, and the path.</param>
/// <param name="Newest">Nanoseconds since 1970 of the latest change among them.</param>
internal sealed record InputState(string Text, long Newest)
{
    public static InputState Of(IReadOnlyList<string> paths)
    {
        var text = new StringBuilder();
        var newest = 0L;
        foreach (var path in paths)
        {
            if (Folder.WholePaths.TryStat(PathBytes.FromText(path), out var state, out _))
            {
                text.Append(state.Modified).Append(' ').Append(state.Changed).Append(' ').Append(state.Size).Append(' ')
                    .Append(state.Inode);
                newest = Math.Max(newest, Math.Max(state.Modified, state.Changed));
            }
            else text.Append('-');
            text.Append(' ').Append(path).Append('\n');
        }
        return new InputState(text.ToString(), newest);
    }

    /// <summary>The paths of a state's text.</summary>
    public static List<string> PathsOf(string text)
    {
        var paths = new List<string>();
        foreach (var line in text.Split('\n'))
        {
            if (line.Length == 0) continue;
            var at = line[0] == '-' ? 2 : 0;
            for (var space = 0; line[0] != '-' && space < 4; space++) at = line.IndexOf(' ', at) + 1;
            paths.Add(line[at..]);
        }
        return paths;
    }
}
