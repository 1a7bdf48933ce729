using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Home;
using Glovebox.Runs.Tracking;
using Glovebox.Snapshots;

namespace Glovebox.Runs;

/// <summary>Turns a plan into a box, and its end into a record.</summary>
internal sealed class RunLauncher(GloveboxHome home, IRunStore store, ITrees trees, RunFinisher finisher, RunSettings settings, TimeProvider time)
{
    /// <summary>Runs to the end, or until the command has started when the plan is detached.</summary>
    /// <param name="writing">Keeps gc away; let go once the run is recorded.</param>
    public async Task<Run> LaunchAsync(RunPlan plan, FileLock writing, RunStreams streams, CancellationToken cancellation)
    {
        var folder = new RunFolder(home, plan.Run.Id);
        folder.Create();
        using var owner = RunOwner.Claim(folder) ?? throw new InvalidOperationException($"{folder.Owner} is locked, and its run has just been made");
        if (RunFolder.IsAside(plan.Run)) RestoreTree(plan, folder, cancellation);
        File.WriteAllText(folder.Params, plan.Run.Params.ToJsonString());
        if (plan.Backend.Capabilities.Isolation) File.WriteAllText(folder.BoxTree, plan.Environment.WorkingDirectory);
        var run = plan.Run with { StartedAt = time.GetUtcNow(), Status = ExecutionState.Running };
        var request = RequestOf(plan, folder, streams);
        var handle = new InstanceHandle(plan.Backend.Name, request.Id, request.StateDirectory, request.Detached);
        await store.AddAsync(run, handle, cancellation);
        writing.Dispose();

        await using var wish = run.Sweep is null ? null : new EndWish(folder, time, cancellation);
        var end = wish?.Token ?? cancellation;
        var result = await StartAsync(plan.Backend, request, end);
        if (result is null) return await finisher.FinishAsync(run, NotStarted(run, ExecutionState.Cancelled, FailureClass.Cancelled, null, null), plan.Before);
        if (result.Failure is { } failure)
            return await finisher.FinishAsync(run, NotStarted(run, ExecutionState.Failed, FailureClass.Start, failure.ExitCode, failure.Message), plan.Before);
        if (plan.Detach) return run;
        Outcome outcome;
        await using (var instance = result.Instance!) outcome = await instance.WaitAsync(end);
        return await finisher.FinishAsync(run, outcome, plan.Before);
    }

    private void RestoreTree(RunPlan plan, RunFolder folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder.Tree);
        trees.Restore(plan.Before, folder.Tree, cancellation);
    }

    /// <summary>Null when the wish to end came before the command ran.</summary>
    private static async Task<StartResult?> StartAsync(IBackend backend, ExecutionRequest request, CancellationToken cancellation)
    {
        try
        {
            return await backend.StartAsync(request, cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private Outcome NotStarted(Run run, ExecutionState state, FailureClass failure, int? exitCode, string? message) => new(
        state, failure, exitCode, message, run.StartedAt, time.GetUtcNow() - run.StartedAt, new ResourceUsage(null, null));

    private ExecutionRequest RequestOf(RunPlan plan, RunFolder folder, RunStreams streams)
    {
        var run = plan.Run;
        var isolated = plan.Backend.Capabilities.Isolation;
        var tree = folder.TreeOf(run);
        var tools = BoxTools.FolderIn(home);
        var place = isolated ? plan.Environment.WorkingDirectory : tree;
        return new ExecutionRequest
        {
            Id = $"run-{run.Id}",
            StateDirectory = folder.Box,
            Root = new RootFileSystem(plan.Environment.Layers),
            Mounts = isolated ? BoxMounts.Of(plan, folder, tree, tools) : [],
            Command = run.Argv,
            Environment = isolated ? BoxVariables.ForBox(plan) : BoxVariables.ForHost(plan, folder, tools),
            WorkingDirectory = run.WorkingDirectory.Length == 0 ? place : Path.Combine(place, run.WorkingDirectory),
            User = plan.Environment.User ?? BoxMounts.OwnerOf(tree),
            Limits = Limits.Of(run.Limits),
            Network = run.Network,
            Devices = plan.Gpu?.Devices ?? [],
            CountedDirectories = [folder.Upper, folder.Scratch],
            Streams = new ExecutionStreams(folder.Log, plan.Inputs.Terminal, streams.InheritInput && !plan.Detach, streams.Output, streams.Error),
            Detached = plan.Detach,
            OnExit = plan.Detach ? [.. settings.FinishCommand, run.Id] : [],
        };
    }
}

/// <summary>What the composition root tells the feature.</summary>
/// <param name="FinishCommand">The command line, short of the run's id, that brings a detached run to its end.</param>
public sealed record RunSettings(IReadOnlyList<string> FinishCommand);
