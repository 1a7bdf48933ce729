using Glovebox.Api.Doctor;
using Glovebox.Api.Environments;
using Glovebox.Api.Runs;
using Glovebox.Api.Storage;

namespace Glovebox.Cli;

/// <summary>The features that verbs call. Each is made when it is first asked for, so a verb pays only for what it uses.</summary>
internal interface IFeatures
{
    IRuns Runs { get; }
    IEnvironments Environments { get; }
    IImages Images { get; }
    IGarbage Garbage { get; }
    IReadOnlyList<ICheck> Checks { get; }
}
