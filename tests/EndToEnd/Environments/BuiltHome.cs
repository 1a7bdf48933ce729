using Glovebox.Tests.EndToEnd.Harness;

[assembly: AssemblyFixture(typeof(Glovebox.Tests.EndToEnd.Environments.BuiltHome))]

namespace Glovebox.Tests.EndToEnd.Environments;

/// <summary>A home in which a small Debian environment was built once, for the tests that need one.</summary>
public sealed class BuiltHome : IAsyncLifetime
{
    public const string Spec = "project: p\nenvironments:\n  small:\n    base: debian:bookworm\n    apt: [python3-minimal]\n    env: {COLOUR: green}\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("glovebox-e2e-built-").FullName;

    internal Product Glovebox => new(Path.Combine(_folder, "home"));

    public async ValueTask InitializeAsync()
    {
        var project = Directory.CreateDirectory(Path.Combine(_folder, "project")).FullName;
        await File.WriteAllTextAsync(Path.Combine(project, "glovebox.yaml"), Spec);
        (await Glovebox.RunAsync(project, ["env", "build"])).Exits(0);
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
