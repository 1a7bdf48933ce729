using Glovebox.Distributions.Npm;

namespace Glovebox.Tests.Distributions;

[Collection(SharedWorkshopTests.Name)]
public sealed class NpmTests(SharedWorkshop shared)
{
    [Fact]
    public async Task Packages_are_found_by_require_and_by_import()
    {
        // Node and npm are 400 packages of Debian, and the packages come from a registry.
        Assert.SkipWhen(Environment.GetEnvironmentVariable("GLOVEBOX_TEST_LONG") is null, "builds a Debian with node: ./test --long");
        var project = shared.Workshop.Project(("glovebox.yaml", "environments:\n  default:\n    npm: [left-pad@1.3.0]\n"));
        var environment = await shared.Workshop.PrepareAsync(project);
        var script = "const r = require('left-pad'); import('left-pad').then(i => console.log(r('x', 3, '-'), i.default('y', 2, '-')))";
        Assert.Equal("--x -y\n", (await shared.Workshop.RunAsync(environment, "node", "-e", script)).Output);
        Assert.Contains(shared.Workshop.Environments.Packages(environment.Digest), package => package is { Distribution: "npm", Name: "left-pad" });
    }

    [Fact]
    public void A_package_lock_is_read_with_scopes_and_nesting()
    {
        var path = Path.Combine(shared.Workshop.Root, "package-lock.json");
        File.WriteAllText(path, """
            { "lockfileVersion": 3, "packages": {
                "": { "name": "x" },
                "node_modules/@types/node": { "version": "1.0.0", "integrity": "sha512-AAAA" },
                "node_modules/a/node_modules/b": { "version": "2.0.0" } } }
            """);
        Assert.Equal([("@types/node", "1.0.0", "sha512:000000"), ("b", "2.0.0", null)],
            PackageLock.Read(path).Select(package => (package.Name, package.Version, package.Digest)));
    }
}
