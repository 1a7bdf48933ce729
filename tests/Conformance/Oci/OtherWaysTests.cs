using System.Diagnostics;
using Glovebox.Backends.Oci;
using Glovebox.Backends.Oci.Boxes;
using Glovebox.Backends.Oci.Machine;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Oci;

/// <summary>The same suite through runc.</summary>
public sealed class RuncBackendTests : BackendSuite
{
    private readonly OciBackend _backend = new(TimeProvider.System, BoxSite.Find(TimeProvider.System, "runc"));

    public RuncBackendTests() =>
        Assert.SkipWhen(EngineTools.Find("runc").Runtime is null, "runc is not installed.");

    protected override IBackend Backend => _backend;
    protected override int SpareProcesses => 24;

    public override async ValueTask DisposeAsync()
    {
        _backend.Dispose();
        await base.DisposeAsync();
    }
}

/// <summary>The suite of the backend again, by an ordinary user.</summary>
public sealed class RootlessTests
{
    [Fact]
    public async Task An_ordinary_users_boxes_pass_the_suite()
    {
        Assert.SkipUnless(Environment.UserName == "root", "An ordinary user runs the suite already.");
        Assert.SkipWhen(UserNamespaces.Forbidden() is not null, "This machine forbids user namespaces.");
        var start = new ProcessStartInfo("setpriv",
        [
            "--reuid", "4321", "--regid", "4321", "--clear-groups", Environment.ProcessPath!,
            "-class", typeof(OciBackendTests).FullName!, "-noColor",
        ])
        {
            UseShellExecute = false, RedirectStandardOutput = true, Environment = { ["HOME"] = "/tmp", ["USER"] = "4321" },
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, output);
        Assert.Contains("Failed: 0", output);
    }
}
