using System.Text.Json.Nodes;
using Glovebox.Values;

namespace Glovebox.Runs.Tracking;

/// <summary>How code in a box finds the tools and the folder it reports to. What the user or the image set stays in front.</summary>
internal static class BoxToolVariables
{
    /// <summary>Where the tools are in a box.</summary>
    public const string Tools = "/run/glovebox/tools";

    /// <summary>Where reports are written in a box.</summary>
    public const string Tracking = "/run/glovebox/tracking";

    // What of a parameter list fits an environment variable (Linux allows 128 KiB).
    private const int LongestLines = 64 * 1024;

    public static void Add(Dictionary<string, string> variables, string tools, string tracking, JsonObject values, bool autolog)
    {
        variables["GLOVEBOX_TRACKING"] = tracking;
        Append(variables, "PATH", tools + "/bin");
        if (autolog) Append(variables, "PYTHONPATH", tools + "/autolog");
        Append(variables, "PYTHONPATH", tools + "/python");
        if (variables.GetValueOrDefault("R_PROFILE") is { Length: > 0 } profile) variables["GLOVEBOX_R_PROFILE"] = profile;
        variables["R_PROFILE"] = tools + "/r/glovebox.R";
        var lines = string.Join('\n', values.Where(v => v.Value is JsonValue).Select(v => $"{v.Key}={ParamValues.TextOf(v.Value)}").Where(l => !l.Contains('\n')));
        if (lines.Length is > 0 and < LongestLines) variables["GLOVEBOX_PARAM_LINES"] = lines;
        // MLflow makes its store there when it first logs; a script's own setting wins.
        variables.TryAdd("MLFLOW_TRACKING_URI", $"file:{tracking}/{MlflowStore.FolderName}");
    }

    private static void Append(Dictionary<string, string> variables, string name, string path) =>
        variables[name] = variables.GetValueOrDefault(name) is { Length: > 0 } own ? $"{own}:{path}" : path;
}
