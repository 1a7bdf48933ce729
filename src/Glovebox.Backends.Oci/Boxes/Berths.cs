using Glovebox.Linux;
using System.Globalization;
using Glovebox.Backends.Oci.Cgroups;

namespace Glovebox.Backends.Oci.Boxes;

/// <summary>Berths made ahead, so that a start does not wait.</summary>
/// <param name="spares">How many to keep ready once boxes are being started.</param>
internal sealed class Berths(int spares) : IDisposable
{
    private static int _numbers;

    private readonly Queue<Berth> _ready = [];
    private readonly Lock _changing = new();
    private bool _disposed;

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

    private static Berth Open(ICgroupSite site) => Berth.Open(site, string.Create(
        CultureInfo.InvariantCulture, $"glovebox-{Environment.ProcessId}-{ProcessStart}-{Interlocked.Increment(ref _numbers)}"));

    private static readonly long ProcessStart = ProcessWatch.StartOf(Environment.ProcessId);
}
