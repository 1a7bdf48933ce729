using Glovebox.Backends.Oci;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Oci;

public sealed class OciBackendTests : BackendSuite
{
    private readonly OciBackend _backend = new(TimeProvider.System);

    protected override IBackend Backend => _backend;

    public override async ValueTask DisposeAsync()
    {
        _backend.Dispose();
        await base.DisposeAsync();
    }
}
