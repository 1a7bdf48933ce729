using Glovebox.Backends.Native;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Native;

public sealed class NativeBackendTests : BackendSuite
{
    protected override IBackend Backend { get; } = new NativeBackend(TimeProvider.System);
}
