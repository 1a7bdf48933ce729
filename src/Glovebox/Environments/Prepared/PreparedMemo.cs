using System.Text;
using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Environments.Prepared;

/// <summary>
/// Remembers prepared environments, so that the second run of a project reads one small file and looks at the times of a few: no YAML, no
/// JSON, no hash. A memo counts only while every file it was made from is as it was. Plain lines, since reading them needs no code that is
/// compiled at start.
/// </summary>
internal sealed class PreparedMemo(GloveboxHome home, TimeProvider time)
{
    private const string Format = "glovebox-memo 1";
    private const char End = '\u001e';

    /// <summary>A file changed so lately could change again without its times showing it.</summary>
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

    /// <param name="root">The project's root; empty for what belongs to no project.</param>
    /// <param name="name">The environment's; null for the default.</param>
    public PreparedEnvironment? Find(string root, string? name)
    {
        string text;
        try
        {
            text = File.ReadAllText(PathOf(root, name));
        }
        catch (Exception missing) when (missing is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        var fields = text.Split(End);
        if (fields.Length != 12 || fields[0] != Format || fields[1] != root || fields[2] != (name ?? "")) return null;
        if (InputState.Of(InputState.PathsOf(fields[3])).Text != fields[3]) return null;
        var layers = Lines(fields[7]);
        foreach (var layer in layers)
        {
            if (!Directory.Exists(layer)) return null;
        }
        return new PreparedEnvironment(
            fields[4], fields[5], fields[6], layers, Mounts(fields[8]), Variables(fields[9]), fields[10], User(fields[11]));
    }

    /// <param name="inputs">Absolute paths of all that was read, and of all that was looked for and not there.</param>
    public void Keep(string root, string? name, PreparedEnvironment prepared, IReadOnlyList<string> inputs)
    {
        var state = InputState.Of(inputs);
        if (DateTimeOffset.UnixEpoch.AddTicks(state.Newest / 100) > time.GetUtcNow() - Settled) return;
        var mounts = new StringBuilder();
        foreach (var mount in prepared.Mounts)
        {
            if (mount is not BindMount { ReadOnly: true } bind) return;
            mounts.Append(bind.Source).Append('\n').Append(bind.Target).Append('\n');
        }
        var variables = new StringBuilder();
        foreach (var (key, value) in prepared.Variables) variables.Append(key).Append('=').Append(value).Append('\0');
        string[] fields =
        [
            Format, root, name ?? "", state.Text, prepared.Name, prepared.Digest, prepared.ImageDigest, string.Join('\n', prepared.Layers),
            mounts.ToString(), variables.ToString(), prepared.WorkingDirectory, prepared.User is { } user ? $"{user.Uid}:{user.Gid}" : "",
        ];
        if (Array.Exists(fields, field => field.Contains(End))) return;
        var path = PathOf(root, name);
        try
        {
            Directory.CreateDirectory(Place);
            AtomicFile.Write(path, string.Join(End, fields));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Only the next time is slower.
        }
    }

    /// <summary>Forgets all.</summary>
    public void Clear()
    {
        if (Directory.Exists(Place)) Directory.Delete(Place, recursive: true);
    }

    private string Place => Path.Combine(home.Environments, "memo");

    private string PathOf(string root, string? name)
    {
        // FNV-1a: two projects that share a memo only make each other slow.
        var hash = 14695981039346656037UL;
        foreach (var letter in root + "\0" + name) hash = unchecked((hash ^ letter) * 1099511628211UL);
        return Path.Combine(Place, hash.ToString("x16"));
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static Mount[] Mounts(string text)
    {
        var lines = Lines(text);
        var mounts = new Mount[lines.Length / 2];
        for (var at = 0; at < mounts.Length; at++) mounts[at] = new BindMount(lines[2 * at], lines[2 * at + 1], ReadOnly: true);
        return mounts;
    }

    private static Dictionary<string, string> Variables(string text)
    {
        var variables = new Dictionary<string, string>();
        foreach (var pair in text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=');
            variables[pair[..equals]] = pair[(equals + 1)..];
        }
        return variables;
    }

    private static BoxUser? User(string text)
    {
        var colon = text.IndexOf(':');
        return colon < 0 ? null : new BoxUser(int.Parse(text.AsSpan(0, colon)), int.Parse(text.AsSpan(colon + 1)));
    }
}
