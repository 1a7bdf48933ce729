using Glovebox.Backends.Oci.Boxes;
using Glovebox.Linux;
using Glovebox.Execution;

namespace Glovebox.Backends.Oci;

/// <summary>
/// Boxes made by crun (else runc) on overlays of an image's layers. As root every limit is enforced; an ordinary user's boxes
/// live in a user namespace, without limits on memory and processors.
/// </summary>
/// <param name="spares">
/// Starts prepared ahead, each a sleeping thread with an empty cgroup: 0 for a program that runs one box, about the number of boxes that
/// start at once for a server. See <see cref="Prepare"/>.
/// </param>
public sealed class OciBackend(TimeProvider time, int spares = 0) : IBackend, IDisposable
{
    internal const string BackendName = "oci";

    private readonly Lazy<BoxSite> _site = new(() => BoxSite.Find(time));
    private readonly Berths _berths = new(spares);

    internal OciBackend(TimeProvider time, BoxSite site) : this(time) => _site = new Lazy<BoxSite>(site);

    public string Name => BackendName;

    public BackendCapabilities Capabilities =>
        new(Isolation: true, Overlay: true, Limits: _site.Value.Cgroups.Mode != "none", Adoption: true);

    /// <summary>Tells that a box will be started soon. Returns at once; the first start then need not wait for the kernel (some 7 ms).</summary>
    public void Prepare() => _ = Task.Run(() => _berths.Prepare(_site.Value.Cgroups));

    public async Task<StartResult> StartAsync(ExecutionRequest request, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var site = _site.Value;
        if (Refuse(request, site) is { } refusal) return StartResult.Failed(125, refusal);
        try
        {
            if (request.Detached) return await new DetachedStart(site).StartAsync(request, cancellation).ConfigureAwait(false);
            using var berth = _berths.Take(site.Cgroups);
            return await new AttachedStart(site, berth).StartAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return StartResult.Failed(125, $"The box could not be prepared: {e.Message} Check the disk and the permissions of GLOVEBOX_HOME.");
        }
    }

    public async Task<IInstance?> AdoptAsync(InstanceHandle handle, CancellationToken cancellation)
    {
        var site = _site.Value;
        if (BoxHandle.Load(BoxPaths.Find(handle.StateDirectory, handle.Id).Handle) is not { } box)
        {
            // Its engine died before it wrote the handle.
            BoxScratch.Remove(handle.Id);
            return null;
        }

        var cgroup = site.Cgroups.Open(box.Cgroups);
        if (!box.Detached) return new OrphanedInstance(box, handle.StateDirectory, cgroup, site.Time);
        return await new DetachedStart(site).ResumeAsync(box, handle.StateDirectory, cgroup).ConfigureAwait(false)
            ? new DetachedInstance(box, handle.StateDirectory, cgroup, site.Time)
            : null;
    }

    public void Dispose() => _berths.Dispose();

    private static string? Refuse(ExecutionRequest request, BoxSite site)
    {
        if (site.Tools.Runtime is null) return "No container runtime is installed. Install crun (Debian, Ubuntu: apt-get install crun).";
        if (request.Streams.Terminal && request.Detached) return "A detached box has no terminal. Leave the terminal out.";
        if (request.Streams.Terminal && Libc.IsTerminal(0) == 0)
            return "A terminal was asked for, but standard input is not one. Leave the terminal out.";
        if (request.Detached && site.Tools.Monitor is null)
            return "A detached box needs a monitor, and conmon is not installed. Install it (Debian, Ubuntu: apt-get install conmon).";
        if ((site.Rootless || request.Detached) && (site.Tools.Unshare ?? site.Tools.Shell) is null)
            return "The program 'unshare' is not installed. Install util-linux.";
        if (site.Rootless && UserNamespaces.Forbidden() is { } forbidden) return forbidden;
        if (site.Rootless && request.User != BoxUser.Root)
            return $"An ordinary user's box can only run as user 0, who is you; user {request.User.Uid} was asked for. Leave the user out, or run as root.";
        return site.Cgroups.Refuse(request.Limits);
    }
}
