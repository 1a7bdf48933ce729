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
            return plan.Contract switch
            {
                ContractKind.Python or ContractKind.Node => await MakeFramesAsync(folder, plan, generic, cancellation),
                ContractKind.Http => await MakeServerAsync(folder, plan, cancellation),
                _ => await MakeProgramAsync(folder, plan, cancellation),
            };
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
            IWarmInstance instance = plan is { Concurrency: > 1, Isolation: Isolation.Reuse }
                ? new SharedInstance(id, box, socket, generic)
                : new FrameInstance(id, box, socket, generic);
            if (!generic) await instance.LoadAsync(plan, cancellation);
            return instance;
        }
        catch
        {
            await box.DisposeAsync();
            throw;
        }
    }

    private async Task<IWarmInstance> MakeProgramAsync(InstanceFolder folder, FunctionPlan plan, CancellationToken cancellation)
    {
        var thesis = plan.Contract == ContractKind.Thesis;
        var instance = new ProgramInstance(
            Path.GetFileName(folder.Root), plan, NamedPipe.Make(Path.Combine(folder.Link, "go")), folder.MakeFile("in"), folder.MakeFile("result"));
        var extras = new Extras(
            [
                new BindMount(folder.PathOf("in"), BoxRequests.Inside + "/in", ReadOnly: true),
                new BindMount(folder.PathOf("result"), BoxRequests.Inside + "/result", ReadOnly: false),
            ],
            new ToldLines(instance.Hear));
        string[] command =
        [
            "/bin/sh", BoxRequests.Inside + "/lib/runner.sh", thesis ? "thesis" : "plain",
            .. thesis ? plan.Run : [plan.Path.TrimEnd('/') + "/" + plan.Handler],
        ];
        var code = thesis ? CodeMounts.Writable(plan, folder) : CodeMounts.Of(plan, folder);
        try
        {
            var box = await StartAsync(folder, _requests.Make(folder, plan, generic: false, code, command, extras), cancellation);
            await instance.BeginAsync(box, cancellation);
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    private async Task<IWarmInstance> MakeServerAsync(InstanceFolder folder, FunctionPlan plan, CancellationToken cancellation)
    {
        var (output, error) = (new RecentOutput(), new RecentOutput());
        var port = ServerInstance.PortOf(plan);
        var extras = new Extras([], output, error, [new("PORT", port.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        var box = await StartAsync(folder, _requests.Make(folder, plan, generic: false, CodeMounts.Of(plan, folder), plan.Run, extras), cancellation);
        var instance = new ServerInstance(Path.GetFileName(folder.Root), plan, box, port, output, error);
        try
        {
            await instance.BeginAsync(cancellation);
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
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
