using Glovebox.Api.Functions;
using Glovebox.Execution;
using Glovebox.Files;
using Glovebox.Functions.Pool;
using Glovebox.Functions.Runners;

namespace Glovebox.Functions.Instances;

/// <summary>Makes instances that are boxes of a backend.</summary>
internal sealed class BoxMaker(IBackend backend, InstanceFolders folders, RunnerPrograms runners, TimeProvider time) : IInstanceMaker
{
    private readonly BoxRequests _requests = new(runners);

    /// <summary>Code is brought into a generic box by names in a folder of it, which hides what the dependencies have put at the same place.</summary>
    public bool CanBeGeneric(FunctionPlan plan) =>
        plan.Contract is ContractKind.Python or ContractKind.Node && CodeMounts.DependenciesAt(plan).Count == 0;

    public async Task<IWarmInstance> MakeAsync(FunctionPlan plan, bool generic, CancellationToken cancellation)
    {
        var folder = folders.Make();
        try
        {
            return await MakeFramesAsync(folder, plan, generic, cancellation);
        }
        catch (Exception e) when (e is IOException or FileException or UnauthorizedAccessException)
        {
            throw new StartException($"The instance's folder could not be made: {e.Message}");
        }
    }

    private async Task<IWarmInstance> MakeFramesAsync(InstanceFolder folder, FunctionPlan plan, bool generic, CancellationToken cancellation)
    {
        using var listener = folder.Listen();
        string[] command = plan.Contract == ContractKind.Python
            ? ["python3", BoxRequests.Inside + "/lib/runner.py"]
            : ["node", BoxRequests.Inside + "/lib/runner.mjs"];
        var code = generic ? new BindMount(folder.Code, plan.Path, ReadOnly: true) : CodeMounts.Of(plan, folder);
        var box = await StartAsync(folder, _requests.Make(folder, plan, generic, code, command), cancellation);
        try
        {
            var socket = await FrameBoxes.AcceptAsync(box, listener, cancellation);
            var id = Path.GetFileName(folder.Root);
            var instance = new FrameInstance(id, box, socket, generic);
            if (!generic) await instance.LoadAsync(plan, cancellation);
            return instance;
        }
        catch
        {
            await box.DisposeAsync();
            throw;
        }
    }

    private async Task<LiveBox> StartAsync(InstanceFolder folder, ExecutionRequest request, CancellationToken cancellation)
    {
        try
        {
            var result = await backend.StartAsync(request, cancellation);
            if (result.Instance is { } instance) return new LiveBox(instance, folder, time);
            throw new StartException(result.Failure!.Message);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }
}
