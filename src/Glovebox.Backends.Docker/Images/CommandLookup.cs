using System.Collections.Concurrent;
using System.Text.Json;
using Glovebox.Backends.Docker.Engine;
using Glovebox.Execution;

namespace Glovebox.Backends.Docker.Images;

/// <summary>
/// Looks for a command in a container that is not started yet. The engine's init would start without it, and end with a code that the command
/// could have given too. What was found once in an image is not looked for again.
/// </summary>
internal sealed class CommandLookup(EngineClient engine)
{
    private const string PathHeader = "X-Docker-Container-Path-Stat";
    private const int MostLinks = 40;

    private readonly ConcurrentDictionary<string, bool> _found = new(StringComparer.Ordinal);

    /// <summary>Null when the command is there and may be executed.</summary>
    /// <param name="search">The PATH to look in.</param>
    public async Task<StartFailure?> FindAsync(
        string container, string image, string command, string search, string directory, IEnumerable<string> mounts, CancellationToken cancellation)
    {
        var key = string.Join('\0', [image, command, search, directory, .. mounts]);
        if (_found.ContainsKey(key)) return null;
        var paths = command.Contains('/')
            ? [Combine(directory, command)]
            : command.Length == 0 ? [] : search.Split(':').Select(place => Combine(directory, place.TrimEnd('/') + "/" + command));
        StartFailure? nearest = null;
        foreach (var path in paths)
        {
            if (await ModeAsync(container, path, cancellation).ConfigureAwait(false) is not { } mode) continue;
            if (PathKind.IsDirectory(mode)) nearest ??= new StartFailure(126, $"The command '{command}' is a directory. Name a program in it.");
            else if (!PathKind.IsExecutable(mode)) nearest ??= StartComplaint.NotExecutable(command);
            else
            {
                _found.TryAdd(key, value: true);
                return null;
            }
        }
        return nearest ?? StartComplaint.NotFound(command, command.Contains('/') ? null : search);
    }

    /// <summary>The mode of what a path leads to; null when it leads nowhere.</summary>
    private async Task<uint?> ModeAsync(string container, string path, CancellationToken cancellation)
    {
        for (var i = 0; i < MostLinks; i++)
        {
            var facts = await FactsAsync(container, path, cancellation).ConfigureAwait(false)
                ?? await BehindLinksAsync(container, path, cancellation).ConfigureAwait(false);
            if (facts is null) return null;
            if (!PathKind.IsLink(facts.Mode)) return facts.Mode;
            if (facts.LinkTarget is not { Length: > 0 } target || target == path) return null;
            path = Combine(path[..path.LastIndexOf('/')], target);
        }
        return null;
    }

    // Podman 4 does not follow the links of the directories on the way.
    private async Task<PathFacts?> BehindLinksAsync(string container, string path, CancellationToken cancellation)
    {
        for (var slash = path.IndexOf('/', 1); slash > 0; slash = path.IndexOf('/', slash + 1))
        {
            var facts = await FactsAsync(container, path[..slash], cancellation).ConfigureAwait(false);
            if (facts is null) return null;
            if (!PathKind.IsLink(facts.Mode) || facts.LinkTarget is not { Length: > 0 } target || target == path[..slash]) continue;
            return await FactsAsync(container, Combine("/", target) + path[slash..], cancellation).ConfigureAwait(false);
        }
        return null;
    }

    private async Task<PathFacts?> FactsAsync(string container, string path, CancellationToken cancellation)
    {
        var header = await engine.HeaderAsync($"/containers/{container}/archive?path={Uri.EscapeDataString(path)}", PathHeader, cancellation).ConfigureAwait(false);
        return header is null ? null : JsonSerializer.Deserialize(Convert.FromBase64String(header), EngineJson.Default.PathFacts);
    }

    private static string Combine(string directory, string path) => Path.GetFullPath(Path.Combine("/", directory, path));
}
