using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Api.Runs;

namespace Glovebox.Storage.Sqlite.Runs;

/// <summary>
/// Reads what <see cref="RunDocument"/> writes, by hand for the same reason: with the serializer each list of runs began with the compiling of 550 methods. What an
/// older record lacks has its default.
/// </summary>
internal static class RunReading
{
    /// <exception cref="JsonException">It is no record of a run.</exception>
    public static Run Read(string document) => JsonRecord.Read(document, Read);

    private static Run Read(JsonElement run) => new()
    {
        Id = run.Needed("id"),
        Status = (ExecutionState)(run.Word("status", typeof(ExecutionState)) ?? throw new FormatException("'status' is null")),
        FailureClass = (FailureClass?)run.Word("failureClass", typeof(FailureClass)),
        ExitCode = run.Member("exitCode")?.GetInt32(),
        Error = run.Text("error"),
        Command = run.GetProperty("command").Texts(),
        Argv = run.GetProperty("argv").Texts(),
        Params = run.Values("params"),
        Metrics = run.Values("metrics"),
        Environment = Environment(run.GetProperty("environment")),
        Image = run.Needed("image"),
        Backend = run.Needed("backend"),
        Variables = run.TextsByName("variables"),
        Secrets = run.Texts("secrets"),
        Network = (NetworkMode?)run.Word("network", typeof(NetworkMode)) ?? default,
        Live = run.Truth("live"),
        Gpu = run.Truth("gpu"),
        Limits = run.Member("limits") is { } limits ? Limits(limits) : new RunLimits(null, null, null, null, null),
        Project = run.Needed("project"),
        WorkingDirectory = run.Text("workingDirectory") ?? "",
        Tree = run.Needed("tree"),
        TreeAfter = run.Text("treeAfter"),
        StartedAt = run.Member("startedAt")?.GetDateTimeOffset() ?? default,
        DurationSeconds = run.Member("durationSeconds")?.GetDouble(),
        Usage = run.Member("usage") is { } usage ? new ResourceUsage(usage.Member("cpuSeconds")?.GetDouble(), usage.Member("peakMemoryBytes")?.GetInt64()) : null,
        DeclaredOutputs = run.Texts("declaredOutputs"),
        Outputs = Outputs(run),
        Applied = run.Truth("applied"),
        NotApplied = run.Texts("notApplied"),
        StdoutBytes = run.Member("stdoutBytes")?.GetInt64() ?? 0,
        StderrBytes = run.Member("stderrBytes")?.GetInt64() ?? 0,
        Git = run.Member("git") is { } git ? new RunGit(git.Text("commit"), git.Text("branch"), git.Truth("dirty")) : null,
        Host = Host(run.GetProperty("host")),
        Message = run.Text("message"),
        Tags = run.Texts("tags"),
        RerunOf = run.Text("rerunOf"),
        Config = run.Values("config"),
        Series = run.Text("series"),
        Aside = run.Truth("aside"),
        Sweep = run.Text("sweep"),
    };

    private static RunEnvironment Environment(JsonElement environment) => new(environment.Needed("name"), environment.Needed("digest"));

    private static RunLimits Limits(JsonElement limits) => new(
        limits.Member("memoryBytes")?.GetInt64(), limits.Member("cpus")?.GetDouble(), limits.Member("pids")?.GetInt32(),
        limits.Member("diskBytes")?.GetInt64(), limits.Member("timeoutSeconds")?.GetDouble());

    private static RunHost Host(JsonElement host) => new(
        host.Needed("name"), host.Needed("kernel"), host.Needed("architecture"), host.Needed("cpuModel"), host.GetProperty("cpus").GetInt32(),
        host.GetProperty("memoryBytes").GetInt64(), host.Texts("gpus"));

    private static List<RunOutput> Outputs(JsonElement run)
    {
        var outputs = new List<RunOutput>();
        if (run.Member("outputs") is not { } list) return outputs;
        foreach (var output in list.EnumerateArray())
        {
            outputs.Add(new RunOutput(
                output.Needed("path"), output.Needed("change"), output.Needed("kind"), output.GetProperty("size").GetInt64(), output.Text("sha256")));
        }

        return outputs;
    }
}
