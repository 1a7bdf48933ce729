namespace Glovebox.Execution;

/// <summary>Without isolation a command is a program of the host, and gets what any program there needs.</summary>
public static class HostVariables
{
    private static readonly string[] Names = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"];

    /// <summary>Those that this process has.</summary>
    /// <param name="more">Names beside the usual ones.</param>
    public static IReadOnlyDictionary<string, string> Read(params string[] more) => Names.Concat(more)
        .Select(name => (Name: name, Value: Environment.GetEnvironmentVariable(name)))
        .Where(pair => pair.Value is { Length: > 0 })
        .ToDictionary(pair => pair.Name, pair => pair.Value!, StringComparer.Ordinal);
}
