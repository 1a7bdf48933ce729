using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Api.Execution;
using Glovebox.Environments.Locks;
using Glovebox.Images;
using Glovebox.Images.Layers;

namespace Glovebox.Environments.Building;

/// <summary>
/// The user's own commands, each with a layer. They see the network, so what they make is as reproducible as they are: two builds of one
/// lock may differ from here on.
/// </summary>
public sealed class RunStep(BuildBox box, LayerStore layers) : IStepMaker
{
    public string Kind => "run";

    public Task<IReadOnlyList<LockedStep>> ResolveAsync(StepResolution resolution, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<LockedStep>>(
            [.. resolution.Spec.Run.Select(command => new LockedStep { Kind = Kind, Arguments = command })]);

    public async Task<IReadOnlyList<Digest>> BuildAsync(LockedStep step, StepBuild build, CancellationToken cancellation)
    {
        var command = step.Arguments;
        var title = "run: " + (command is ["/bin/sh", "-ec", var script] ? script.Split('\n')[0] : string.Join(' ', command));
        await box.RunAsync(
            new BoxCommand
            {
                Title = title,
                Layers = build.Layers,
                Draft = build.Draft,
                Command = command,
                Network = NetworkMode.Host,
                Failure = RefusalKind.Bad,
                Line = line => build.Progress.Report(new BuildProgress($"{title}: {line}")),
            },
            cancellation);
        return [layers.Seal(build.Draft, cancellation)];
    }
}
