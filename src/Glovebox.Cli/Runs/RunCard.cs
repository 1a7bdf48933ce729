using System.Globalization;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runs;

/// <summary>One run for a person, with the command that repeats it.</summary>
internal static class RunCard
{
    public static void Write(Screen screen, Run run, DateTimeOffset now)
    {
        var style = screen.OutStyle;
        var output = screen.Out;
        output.WriteLine($"{style.Bold(run.Id)}  {RunSummary.Outcome(run, style)}");
        foreach (var (name, value) in Lines(run, now))
            if (value.Length > 0) output.WriteLine($"  {style.Dim(name.PadRight(11))} {Printable.Line(value)}");
        Variables(output, run, style);
        Outputs(output, run, style);
        output.WriteLine($"\n  {style.Dim("run again".PadRight(11))} {Rerun(run)}");
    }

    private static IEnumerable<(string Name, string Value)> Lines(Run run, DateTimeOffset now)
    {
        yield return ("command", Printable.Command(run.Command));
        yield return ("executed", run.Argv.SequenceEqual(run.Command) ? "" : Printable.Command(run.Argv));
        yield return ("error", run.Error ?? "");
        yield return ("message", run.Message ?? "");
        yield return ("tags", string.Join(", ", run.Tags));
        yield return ("params", RunTable.Brief(run.Params));
        yield return ("config", RunTable.Brief(run.Config));
        yield return ("sweep", run.Sweep ?? "");
        yield return ("metrics", RunTable.Brief(run.Metrics));
        yield return ("started", $"{Units.Time(run.StartedAt)} ({Units.Age(run.StartedAt, now)})");
        yield return ("time", run.DurationSeconds is { } seconds ? $"{Units.Duration(seconds)}{Cpu(run.Usage)}" : "");
        yield return ("peak memory", run.Usage?.PeakMemoryBytes is { } peak ? Units.Size(peak) : "");
        yield return ("limits", Limits(run.Limits));
        yield return ("environment", $"{run.Environment.Name}  {run.Environment.Digest}");
        yield return ("image", run.Image);
        yield return ("box", Box(run));
        yield return ("project", run.WorkingDirectory.Length == 0 ? run.Project : $"{run.Project} (in {run.WorkingDirectory})");
        yield return ("tree", run.Tree);
        yield return ("git", run.Git is { } git ? $"{git.Commit ?? "no commit yet"}{(git.Branch is null ? "" : $" on {git.Branch}")}{(git.Dirty ? ", dirty" : "")}" : "");
        yield return ("machine", $"{run.Host.Name}, {run.Host.CpuModel} x {run.Host.Cpus}, {Units.Size(run.Host.MemoryBytes)}, {run.Host.Architecture}, kernel {run.Host.Kernel}");
        yield return ("gpus", string.Join(", ", run.Host.Gpus));
        yield return ("secrets", string.Join(", ", run.Secrets));
        yield return ("rerun of", run.RerunOf ?? "");
        yield return ("log", $"{Units.Size(run.StdoutBytes)} stdout, {Units.Size(run.StderrBytes)} stderr");
    }

    private static string Cpu(ResourceUsage? usage) => usage?.CpuSeconds is { } cpu ? $", {Units.Duration(cpu)} of CPU" : "";

    private static string Box(Run run) => string.Join(", ", new[]
    {
        run.Backend, run.Network == NetworkMode.Host ? "the host's network" : "no network", run.Live ? "live tree" : "", run.Gpu ? "GPU" : "",
    }.Where(word => word.Length > 0));

    private static string Limits(RunLimits limits) => string.Join(", ", new[]
    {
        limits.MemoryBytes is { } memory ? $"memory {Units.Size(memory)}" : "",
        limits.Cpus is { } cpus ? string.Create(CultureInfo.InvariantCulture, $"cpus {cpus}") : "",
        limits.Pids is { } pids ? $"pids {pids}" : "",
        limits.DiskBytes is { } disk ? $"disk {Units.Size(disk)}" : "",
        limits.TimeoutSeconds is { } timeout ? $"time {Units.Duration(timeout)}" : "",
    }.Where(word => word.Length > 0));

    private static void Variables(TextWriter output, Run run, Style style)
    {
        if (run.Variables.Count == 0) return;
        output.WriteLine($"\n  {style.Dim("variables")}");
        foreach (var (name, value) in run.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            output.WriteLine($"    {Printable.Line(name)}={Printable.Line(value)}");
    }

    private static void Outputs(TextWriter output, Run run, Style style)
    {
        if (run.Outputs.Count == 0) return;
        output.WriteLine($"\n  {style.Dim(run.Applied ? "outputs" : "outputs (not applied)")}");
        OutputTable.Write(output, run.Outputs, null, style, indent: "    ");
    }

    private static string Rerun(Run run) => run.Secrets.Count == 0
        ? $"glovebox rerun {run.Id}"
        : $"glovebox rerun {run.Id} {string.Join(' ', run.Secrets.Select(name => $"--secret {name}"))}";
}
