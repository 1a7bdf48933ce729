namespace Glovebox.Jobs.Retrying;

/// <summary>How long to wait before trying again.</summary>
internal static class Backoff
{
    /// <summary>Grows with each try up to a cap. The jitter stays even at the cap: there it goes downwards alone.</summary>
    /// <param name="first">Seconds.</param>
    /// <param name="most">Seconds.</param>
    /// <param name="jitter">Share of the delay by which it changes at random, 0 to 1.</param>
    /// <param name="used">Tries again that were made before.</param>
    public static TimeSpan Delay(double first, double factor, double most, double jitter, int used, Random random)
    {
        var delay = Math.Min(first * Math.Pow(factor, used), most);
        var shortest = delay * (1 - jitter);
        var longest = Math.Min(delay * (1 + jitter), most);
        return TimeSpan.FromSeconds(shortest + random.NextDouble() * (longest - shortest));
    }
}
