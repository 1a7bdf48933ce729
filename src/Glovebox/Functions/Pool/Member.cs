using Glovebox.Functions.Instances;

namespace Glovebox.Functions.Pool;

/// <summary>An instance in its crew. Guarded by the pool's lock.</summary>
/// <param name="startBegan">When its start, or its loading, began.</param>
internal sealed class Member(Crew crew, IWarmInstance instance, long startBegan)
{
    public Crew Crew { get; } = crew;
    public IWarmInstance Instance { get; } = instance;
    public long StartBegan { get; } = startBegan;

    /// <summary>Calls that it serves now.</summary>
    public int Busy { get; set; }

    /// <summary>It had a call.</summary>
    public bool Used { get; set; }

    /// <summary>When it became idle; a timestamp.</summary>
    public long IdleSince { get; set; }

    /// <summary>It is on its way out.</summary>
    public bool Gone { get; set; }
}
