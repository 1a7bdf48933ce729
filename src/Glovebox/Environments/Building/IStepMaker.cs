using Glovebox.Api.Environments;
using Glovebox.Environments.Locks;
using Glovebox.Images;
using Glovebox.Images.Layers;
using Glovebox.Projects;

namespace Glovebox.Environments.Building;

/// <summary>
/// One kind of step of a build: a base, a package world, copied files. It resolves its part of a spec, and makes the layers of what was
/// resolved, now or years later. What needs a host program lives outside the domain, behind this.
/// </summary>
public interface IStepMaker
{
    /// <summary>Names the steps it makes in locks: <c>debian</c>, <c>apt</c>, <c>pip</c>, …</summary>
    string Kind { get; }

    /// <summary>
    /// What the spec asks of this kind, exactly; empty when it asks for nothing. All earlier steps have been built: a tool that is in their
    /// layers can be asked.
    /// </summary>
    /// <exception cref="Api.RefusalException">It cannot be resolved: names the package, the reason and the mend.</exception>
    Task<IReadOnlyList<LockedStep>> ResolveAsync(StepResolution resolution, CancellationToken cancellation);

    /// <summary>
    /// Makes the layers of the step. Equal steps on equal layers make equal layers, on any machine; where that cannot be, the kind says so
    /// in its own documentation.
    /// </summary>
    /// <returns>The new layers, lowest first; empty when the step changes nothing.</returns>
    /// <exception cref="Api.RefusalException">It cannot be built: names what is missing, or shows the tail of the failing tool's
    /// output.</exception>
    Task<IReadOnlyList<Digest>> BuildAsync(LockedStep step, StepBuild build, CancellationToken cancellation);
}

/// <summary>What a step maker knows while it resolves.</summary>
/// <param name="Refresh">True: ask the outside anew. False: what this home knows already is good enough.</param>
/// <param name="Before">The steps resolved so far, the base first.</param>
/// <param name="Layers">Their layers, lowest first.</param>
public sealed record StepResolution(
    EnvironmentSpec Spec, Project Project, bool Refresh, IReadOnlyList<LockedStep> Before, IReadOnlyList<Digest> Layers,
        IProgress<BuildProgress> Progress);

/// <summary>What a step maker is given to build with.</summary>
/// <param name="Before">The steps below this one, the base first.</param>
/// <param name="Layers">Their layers, lowest first.</param>
/// <param name="Draft">Where a new layer grows; further drafts come from the layer store.</param>
public sealed record StepBuild(
    IReadOnlyList<LockedStep> Before, IReadOnlyList<Digest> Layers, LayerDraft Draft, IProgress<BuildProgress> Progress);
