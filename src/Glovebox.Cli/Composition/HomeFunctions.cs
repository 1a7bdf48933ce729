using Glovebox.Distributions;
using Glovebox.Environments;
using Glovebox.Execution;
using Glovebox.Functions;
using Glovebox.Home;
using Glovebox.Storage.Sql.Jobs;

namespace Glovebox.Cli.Composition;

/// <summary>What functions stand on in this program, in a server and without one.</summary>
internal static class HomeFunctions
{
    /// <param name="shared">The stores are not the home's own.</param>
    public static FunctionParts Parts(
        GloveboxHome home, JobStores stores, bool shared, IEnvironmentSource environments, IBackend backend, TimeProvider time, Action<string> warn) => new(
        stores.Functions, stores.Calls, stores.Ticks, environments, backend, home, Directory.GetCurrentDirectory(),
        static () => new(InstallTools.Variables(), InstallTools.Mounts()), time, warn, shared ? stores.Jobs.IdentifyAsync : null);
}
