using System.Text;
using Glovebox.Api;
using Glovebox.Api.Sharing;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Spelling;

namespace Glovebox.Sharing.Remotes;

/// <summary>
/// The names that projects gave to remotes: the home's file <c>remotes</c>, a line each with the project's root, the name and the URL between tabs.
/// </summary>
internal sealed class RemoteBook(GloveboxHome home, TimeProvider time)
{
    public const string Default = "origin";

    private string FilePath => Path.Combine(home.Root, "remotes");

    public IReadOnlyList<RemoteSummary> List(string project) =>
        [.. Read().Where(line => line.Project == project).Select(line => line.Remote).OrderBy(remote => remote.Name, StringComparer.Ordinal)];

    public RemoteSummary? Find(string project, string name) => List(project).FirstOrDefault(remote => remote.Name == name);

    /// <exception cref="RefusalException">There is one of that name.</exception>
    public Task AddAsync(string project, RemoteSummary remote, CancellationToken cancellation)
    {
        if (!IsName(remote.Name))
            throw RefusalException.Bad($"'{remote.Name}' is no name of a remote: 1 to 64 of a-z, A-Z, 0-9, '.', '_' and '-', beginning with a letter");
        if (project.Contains('\n') || project.Contains('\t') || remote.Url.Contains('\n') || remote.Url.Contains('\t'))
            throw RefusalException.Bad("a path or URL with a tab or a line feed cannot be kept as a remote");
        return ChangeAsync(lines =>
        {
            if (lines.Find(line => line.Project == project && line.Remote.Name == remote.Name) is { Remote: { } known })
                throw RefusalException.Conflict($"remote '{remote.Name}' is {known.Url} already: 'glovebox remote rm {remote.Name}' forgets it");
            lines.Add(new Line(project, remote));
        }, cancellation);
    }

    /// <exception cref="RefusalException">There is none of that name.</exception>
    public Task RemoveAsync(string project, string name, CancellationToken cancellation) => ChangeAsync(lines =>
    {
        if (lines.RemoveAll(line => line.Project == project && line.Remote.Name == name) == 0) throw NoSuch(project, name);
    }, cancellation);

    /// <summary>True for what is probably a misspelt name.</summary>
    public bool IsNearlyOne(string project, string word) => NearNames.Question(word, List(project).Select(remote => remote.Name)).Length > 0;

    public RefusalException NoSuch(string project, string name)
    {
        var names = List(project).Select(remote => remote.Name).ToList();
        var there = names.Count == 0 ? "this project has none yet: 'glovebox remote add NAME URL'" : $"there are: {string.Join(", ", names)}";
        return RefusalException.NotFound($"no remote '{name}'.{NearNames.Question(name, names)} {char.ToUpperInvariant(there[0])}{there[1..]}");
    }

    private static bool IsName(string name) => name.Length is >= 1 and <= 64 && char.IsAsciiLetter(name[0])
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');

    private async Task ChangeAsync(Action<List<Line>> change, CancellationToken cancellation)
    {
        Directory.CreateDirectory(home.Locks);
        using var alone = await FileLock.AcquireAsync(Path.Combine(home.Locks, "remotes"), time, cancellation);
        var lines = Read();
        change(lines);
        var text = new StringBuilder();
        foreach (var (project, remote) in lines) text.Append(project).Append('\t').Append(remote.Name).Append('\t').Append(remote.Url).Append('\n');
        AtomicFile.Write(FilePath, text.ToString(), durable: true);
    }

    private List<Line> Read()
    {
        if (!File.Exists(FilePath)) return [];
        return [.. File.ReadAllLines(FilePath).Select(text => text.Split('\t')).Where(words => words.Length == 3)
            .Select(words => new Line(words[0], new RemoteSummary(words[1], words[2])))];
    }

    private sealed record Line(string Project, RemoteSummary Remote);
}
