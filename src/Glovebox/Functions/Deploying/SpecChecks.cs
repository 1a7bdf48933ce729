using System.Text.RegularExpressions;
using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Jobs.Schedules;

namespace Glovebox.Functions.Deploying;

/// <summary>What a spec may say, by its fields.</summary>
internal static partial class SpecChecks
{
    private const long Mebibyte = 1 << 20;
    private const int LongestVariables = 128 * 1024;

    /// <exception cref="RefusalException">A value is out of its range: names the field.</exception>
    public static void Check(FunctionSpec spec)
    {
        Within("min", spec.Min, 0, 1000);
        Within("max", spec.Max, 1, 1000);
        if (spec.Min > spec.Max) throw RefusalException.Bad($"min {spec.Min} is more than max {spec.Max}: lower one, or raise the other");
        Within("concurrency", spec.Concurrency, 1, 1000);
        Within("idleSeconds", spec.IdleSeconds, 1, 7 * 86_400);
        Within("timeoutSeconds", spec.TimeoutSeconds, 0.001, 86_400);
        Within("queueLimit", spec.QueueLimit, 0, 1_000_000);
        Within("keepCalls", spec.KeepCalls, 1, 1_000_000);
        Within("tmpBytes", spec.TmpBytes, Mebibyte, 1L << 40);
        if (spec.MemoryBytes is { } memory) Within("memoryBytes", memory, 6 * Mebibyte, 1L << 50);
        if (spec.Cpus is { } cpus) Within("cpus", cpus, 0.01, 10_000);
        if (spec.Pids is { } pids) Within("pids", pids, 1, 4_000_000);
        if (spec.OpenFiles is { } files) Within("openFiles", files, 16, 1_000_000);
        if (spec is { Isolation: Isolation.Fork or Isolation.Fresh, Concurrency: > 1 })
            throw RefusalException.Bad("concurrency above 1 is for isolation 'reuse': with the others each call has a child or a box of its own");
        foreach (var (name, value) in spec.Variables.Concat(spec.Secrets))
            if (!Variable().IsMatch(name) || value.Contains('\0')) throw RefusalException.Bad($"'{name}' cannot be a variable: give NAME=VALUE without a NUL character");
        if (spec.Variables.Keys.FirstOrDefault(spec.Secrets.ContainsKey) is { } twice)
            throw RefusalException.Bad($"'{twice}' is a variable and a secret: make it one of them");
        if (spec.Variables.Concat(spec.Secrets).Sum(pair => pair.Key.Length + pair.Value.Length) > LongestVariables)
            throw RefusalException.Bad("variables and secrets together are more than 128 KiB: put large ones into a file of the code");
        if (spec.Cron is { } cron) Cron.Parse(cron, spec.TimeZone);
        else if (spec.TimeZone is not null) throw RefusalException.Bad("timeZone without cron: give both or neither");
    }

    /// <exception cref="RefusalException">A value is wrong: names the field.</exception>
    public static void Check(RuntimeSpec spec)
    {
        if (spec.Environment.Length == 0) throw RefusalException.Bad("environment: name one, such as host");
        if (!spec.Path.StartsWith('/') || spec.Path.Length < 2 || spec.Path.Split('/').Skip(1).Any(part => part is "" or "." or "..")
            || Reserved.Any(taken => spec.Path == taken || spec.Path.StartsWith(taken + "/", StringComparison.Ordinal)))
            throw RefusalException.Bad($"path '{spec.Path}': give an absolute path such as /ws, without '..', outside {string.Join(", ", Reserved)}");
        if (spec.Dependencies?.Contains('\0') == true || spec.Run?.Contains('\0') == true) throw RefusalException.Bad("a command holds a NUL character");
        if (spec.Run is { } run && string.IsNullOrWhiteSpace(run)) throw RefusalException.Bad("run: the command is empty. Leave it out for a handler");
    }

    private static readonly string[] Reserved = ["/proc", "/sys", "/dev", "/tmp", "/run", "/usr", "/etc", "/bin", "/lib"];

    private static void Within(string field, double value, double least, double most)
    {
        if (!(value >= least && value <= most)) throw RefusalException.Bad($"{field} {value}: give {least} to {most}");
    }

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();
}
