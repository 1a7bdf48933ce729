using Glovebox.Api.Doctor;
using Glovebox.Home;

namespace Glovebox.Cli.Doctor;

/// <summary>What can be said of the machine without knowing any backend.</summary>
internal static class Checks
{
    public static IReadOnlyList<ICheck> Of(GloveboxHome home) => [new HomeCheck(home), new DiskCheck(home), new GpuCheck()];
}

/// <summary>A check that finds one thing, at once.</summary>
internal abstract class SimpleCheck : ICheck
{
    public Task<IReadOnlyList<CheckResult>> RunAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<CheckResult>>([Run()]);

    protected abstract CheckResult Run();
}
