namespace Glovebox.Jobs.Nodes;

/// <summary>Tasks whose resources had no room: not claimed until something on them ends here, or, since other nodes end things too, for a second.</summary>
internal sealed class BlockedTasks(TimeProvider time)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Lock _changing = new();
    private readonly Dictionary<string, (string Group, long Since)> _blocked = new(StringComparer.Ordinal);

    public void Block(string task, string group)
    {
        lock (_changing) _blocked[task] = (group, time.GetTimestamp());
    }

    public void Free(string group)
    {
        lock (_changing)
        {
            foreach (var (task, _) in _blocked.Where(pair => pair.Value.Group == group).ToList()) _blocked.Remove(task);
        }
    }

    /// <summary>Those that are blocked now, and when to look again; null when none is.</summary>
    public (IReadOnlyCollection<string> Tasks, TimeSpan? Next) Now()
    {
        lock (_changing)
        {
            if (_blocked.Count == 0) return ([], null);
            TimeSpan? next = null;
            foreach (var (task, (_, since)) in _blocked.ToList())
            {
                var left = Longest - time.GetElapsedTime(since);
                if (left <= TimeSpan.Zero) _blocked.Remove(task);
                else if (next is null || left < next) next = left;
            }
            return ([.. _blocked.Keys], next);
        }
    }
}
