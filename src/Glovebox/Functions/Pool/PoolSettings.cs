namespace Glovebox.Functions.Pool;

/// <summary>What a node gives to functions.</summary>
/// <param name="MostInstances">Live instances of all functions together; the default is four a processor.</param>
public sealed record PoolSettings(int MostInstances)
{
    public static PoolSettings Default => new(4 * Environment.ProcessorCount);
}
