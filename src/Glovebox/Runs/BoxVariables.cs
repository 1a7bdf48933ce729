using Glovebox.Execution;
using Glovebox.Runs.Tracking;

namespace Glovebox.Runs;

/// <summary>The environment variables of a run's command.</summary>
internal static class BoxVariables
{
    /// <summary>Where the parameters are in the box.</summary>
    public const string ParamsPath = "/run/glovebox/params.json";

    public const string Home = "/home/box";

    // What makes the same script give the same bytes, and its output come while it runs. The user's own settings win.
    private static readonly KeyValuePair<string, string>[] Defaults =
    [
        new("PYTHONHASHSEED", "0"),
        new("PYTHONUNBUFFERED", "1"),
        new("PYTHONDONTWRITEBYTECODE", "1"),
        new("LANG", "C.UTF-8"),
        new("TZ", "UTC"),
        new("USER", "box"),
        new("LOGNAME", "box"),
    ];

    public static Dictionary<string, string> ForBox(RunPlan plan)
    {
        var all = new Dictionary<string, string>(Defaults, StringComparer.Ordinal);
        Add(all, plan.Environment.Variables);
        all["HOME"] = Home;
        all["GLOVEBOX_PARAMS"] = ParamsPath;
        AddGiven(all, plan);
        BoxToolVariables.Add(all, BoxToolVariables.Tools, BoxToolVariables.Tracking, plan.Run.Params, plan.Inputs.Autolog);
        return all;
    }

    public static Dictionary<string, string> ForHost(RunPlan plan, RunFolder folder, string tools)
    {
        var all = new Dictionary<string, string>(Defaults, StringComparer.Ordinal);
        Add(all, HostVariables.Read("TERM"));
        all["GLOVEBOX_PARAMS"] = folder.Params;
        AddGiven(all, plan);
        BoxToolVariables.Add(all, tools, folder.Tracking, plan.Run.Params, plan.Inputs.Autolog);
        return all;
    }

    private static void AddGiven(Dictionary<string, string> all, RunPlan plan)
    {
        all["GLOVEBOX_RUN"] = plan.Run.Id;
        if (plan.Inputs.Terminal && Environment.GetEnvironmentVariable("TERM") is { Length: > 0 } term) all["TERM"] = term;
        Add(all, plan.Inputs.Variables);
        Add(all, plan.Inputs.Secrets);
    }

    private static void Add(Dictionary<string, string> all, IReadOnlyDictionary<string, string> some)
    {
        foreach (var (name, value) in some) all[name] = value;
    }
}

/// <summary>Values that the user gave and the record does not keep.</summary>
internal sealed record RunInputs(
    IReadOnlyDictionary<string, string> Variables, IReadOnlyDictionary<string, string> Secrets, bool Terminal, bool Autolog = false);
