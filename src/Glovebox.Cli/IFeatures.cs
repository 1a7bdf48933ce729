using Glovebox.Api.Access;
using Glovebox.Api.Doctor;
using Glovebox.Api.Environments;
using Glovebox.Api.Experiments;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;
using Glovebox.Api.Sharing;
using Glovebox.Api.Snapshots;
using Glovebox.Api.Storage;
using Glovebox.Cli.Serve;

namespace Glovebox.Cli;

/// <summary>The features that verbs call. Each is made when it is first asked for, so a verb pays only for what it uses.</summary>
internal interface IFeatures
{
    IRuns Runs { get; }
    ISnapshots Snapshots { get; }
    IEnvironments Environments { get; }
    IImages Images { get; }
    IGarbage Garbage { get; }
    IVerification Verification { get; }
    IExperiments Experiments { get; }

    /// <summary>The queue in this process; verbs with <c>--server</c> use that server's instead.</summary>
    IJobs Jobs { get; }

    /// <summary>Functions in this process: deployed and listed; a server calls them.</summary>
    IFunctions Functions { get; }

    ITokenAccess Tokens { get; }
    IServe Serve { get; }
    ISharing Sharing { get; }

    /// <summary>The server that has this home now; null when none does.</summary>
    LocalServer? LocalServer { get; }
    IReadOnlyList<ICheck> Checks { get; }
}
