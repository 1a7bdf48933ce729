using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>
/// Judges which nodes are dead by what this node itself has seen without a break: a counter that did not change for three beats. No two clocks
/// are compared, and whoever could not look judges nobody.
/// </summary>
internal sealed class Witness(TimeSpan beat, TimeProvider time)
{
    private const int Beats = 3;

    private readonly Dictionary<string, (long Count, long Since)> _seen = new(StringComparer.Ordinal);
    private long? _last;

    public void Interrupt()
    {
        _seen.Clear();
        _last = null;
    }

    /// <summary>Those that are dead.</summary>
    public IReadOnlySet<string> Look(IReadOnlyList<NodeBeat> nodes)
    {
        var now = time.GetTimestamp();
        // A process that was stopped, or a store that was slow, has not watched.
        if (_last is { } last && time.GetElapsedTime(last, now) > 2 * beat) _seen.Clear();
        _last = now;
        var dead = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in nodes)
        {
            var id = node.Node.Id;
            if (!_seen.TryGetValue(id, out var seen) || seen.Count != node.Beats) _seen[id] = (node.Beats, now);
            else if (time.GetElapsedTime(seen.Since, now) >= Beats * beat) dead.Add(id);
        }
        return dead;
    }
}
