using Glovebox.Api.Runs;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Snapshots;

namespace Glovebox.Runs;

/// <summary>A run with everything resolved, ready to be started: nothing below this point asks the user's words again.</summary>
/// <param name="Run">The record as it will stand when the box starts.</param>
/// <param name="Before">The content of the tree that the box works on; for a rerun it is restored from here.</param>
internal sealed record RunPlan(
    Run Run,
    PreparedEnvironment Environment,
    IBackend Backend,
    Tree Before,
    NvidiaGpu? Gpu,
    RunInputs Inputs,
    bool Detach);
