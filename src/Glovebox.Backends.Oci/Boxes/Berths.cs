using Glovebox.Backends.Oci.Cgroups;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Berths made ahead, so that a start does not wait.</summary>
/// <param name="spares">How many to keep ready once boxes are being started.</param>
internal sealed class Berths(int spares) : IDisposable
{
    private readonly Queue<Berth> _ready = [];
    private readonly Lock _changing = new();
    private bool _disposed;
    private bool _swept;

    public void Prepare(ICgroupSite site)
    {
        lock (_changing)
        {
            if (_ready.Count == 0 && !_disposed) _ready.Enqueue(Open(site));
        }
    }

    public Berth Take(ICgroupSite site)
    {
        lock (_changing)
        {
            var taken = _ready.TryDequeue(out var berth) ? berth : Open(site);
            while (_ready.Count < spares && !_disposed) _ready.Enqueue(Open(site));
            return taken;
        }
    }

    public void Dispose()
    {
        lock (_changing)
        {
            _disposed = true;
            while (_ready.TryDequeue(out var berth)) berth.Dispose();
        }
    }

    private Berth Open(ICgroupSite site)
    {
        if (!_swept) BerthName.RemoveLeftovers(site);
        _swept = true;
        return Berth.Open(site, BerthName.Next());
    }
}
