using System.Diagnostics.CodeAnalysis;

namespace Glovebox.Functions.Pool;

/// <summary>Compares versions as their keys do, without making the keys.</summary>
internal sealed class PlanComparer : IEqualityComparer<FunctionPlan>
{
    public static readonly PlanComparer Instance = new();

    public bool Equals(FunctionPlan? x, FunctionPlan? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && x.Version == y.Version && string.Equals(x.Function, y.Function, StringComparison.Ordinal));

    public int GetHashCode([DisallowNull] FunctionPlan obj) => HashCode.Combine(obj.Version, obj.Function.GetHashCode(StringComparison.Ordinal));
}
