namespace Glovebox.Architecture;

/// <summary>A rule holds when nothing breaks it; what does is listed, one a line.</summary>
internal static class Offenders
{
    public static void None<T>(IEnumerable<T> offenders)
    {
        var found = string.Join('\n', offenders);
        Assert.True(found.Length == 0, $"against the rule:\n{found}");
    }
}
