using System.Globalization;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Nodes;

/// <summary>The variables and the command of an execution: the job's, with what is its own filled in.</summary>
internal static class JobVariables
{
    /// <param name="surrounding">The environment's or the host's own, which the job's win over.</param>
    public static Dictionary<string, string> Of(ClaimedExecution claimed, IReadOnlyDictionary<string, string> surrounding)
    {
        var all = new Dictionary<string, string>(surrounding, StringComparer.Ordinal);
        foreach (var (name, value) in claimed.Spec.Variables) all[name] = value;
        var execution = claimed.Execution;
        all["GLOVEBOX_JOB_ID"] = execution.JobId;
        all["GLOVEBOX_EXECUTION_ID"] = execution.Id;
        all["GLOVEBOX_TASK"] = execution.Task;
        all["GLOVEBOX_ATTEMPT"] = execution.Attempt.ToString(CultureInfo.InvariantCulture);
        if (ValuesOf(claimed) is not { } values) return all;
        all["GLOVEBOX_ARRAY_INDEX"] = values["index"];
        foreach (var parameter in claimed.Spec.Array!.Batch ?? []) all["GLOVEBOX_PARAM_" + Word(parameter.Name)] = values[parameter.Name];
        return all;
    }

    public static IReadOnlyList<string> Command(ClaimedExecution claimed) => ValuesOf(claimed) is { } values
        ? [.. claimed.Spec.Command.Select(argument => Fill(argument, values))]
        : claimed.Spec.Command;

    private static IReadOnlyDictionary<string, string>? ValuesOf(ClaimedExecution claimed) =>
        claimed.Execution.ArrayPosition is { } position ? claimed.Spec.Array?.ValuesAt(position) : null;

    // One pass: a value that looks like a name is not filled in again.
    private static string Fill(string argument, IReadOnlyDictionary<string, string> values)
    {
        if (!argument.Contains('{')) return argument;
        var filled = new System.Text.StringBuilder(argument.Length);
        for (var at = 0; at < argument.Length;)
        {
            var end = argument[at] == '{' ? argument.IndexOf('}', at) : -1;
            if (end > 0 && values.TryGetValue(argument[(at + 1)..end], out var value))
            {
                filled.Append(value);
                at = end + 1;
            }
            else filled.Append(argument[at++]);
        }
        return filled.ToString();
    }

    private static string Word(string name) =>
        string.Concat(name.ToUpperInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
}
