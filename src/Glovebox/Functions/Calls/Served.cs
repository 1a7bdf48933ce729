using Glovebox.Api.Functions;
using Glovebox.Functions.Pool;

namespace Glovebox.Functions.Calls;

/// <summary>A version that calls can go to.</summary>
public sealed class Served
{
    internal Served(FunctionPlan plan, FunctionSpec spec, Tallies tallies) => (Plan, Spec, Tallies) = (plan, spec, tallies);

    public FunctionPlan Plan { get; }
    public FunctionSpec Spec { get; }
    internal Tallies Tallies { get; }
}

/// <summary>Where a reference leads: to one, or to several by weight.</summary>
internal sealed class CallRoute<T>(IReadOnlyList<(T Target, int Weight)> targets)
{
    private readonly int _total = targets.Sum(target => target.Weight);

    public T Pick()
    {
        if (targets.Count == 1) return targets[0].Target;
        var point = Random.Shared.Next(_total);
        foreach (var (target, weight) in targets)
        {
            point -= weight;
            if (point < 0) return target;
        }

        return targets[^1].Target;
    }
}
