using Glovebox.Api.Doctor;
using Glovebox.Backends.Oci;

namespace Glovebox.Tests.Conformance.Oci;

public sealed class EngineCheckTests
{
    [Fact]
    public async Task A_machine_that_runs_this_suite_is_fit()
    {
        var home = Directory.CreateTempSubdirectory("glovebox-check");
        var results = await new EngineCheck(home.FullName).RunAsync(TestContext.Current.CancellationToken);
        Assert.All(results, result => Assert.True(result.Status != CheckStatus.Fail, $"{result.Name}: {result.Detail}"));
        Assert.Contains(results, result => result.Name == "runtime" && result.Detail.Contains("version", StringComparison.Ordinal));
        Assert.Empty(home.EnumerateFileSystemInfos());
        home.Delete();
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_is_told()
    {
        var results = await new EngineCheck("/proc/no-such-place").RunAsync(TestContext.Current.CancellationToken);
        Assert.Contains(results, result => result is { Name: "overlay", Status: CheckStatus.Fail, Mend: not null });
    }
}
