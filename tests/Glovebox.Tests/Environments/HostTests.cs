using Glovebox.Api;
using Glovebox.Execution;

namespace Glovebox.Tests.Environments;

public sealed class HostTests : IDisposable
{
    private readonly FakeMachine _machine = new();

    public HostTests()
    {
        _machine.WriteSystem("usr/bin/tool", "");
        _machine.WriteSystem("opt/x", "");
        _machine.WriteSystem("etc/shadow", "secret");
        _machine.WriteSystem("etc/ssh/key", "secret");
        _machine.WriteSystem("etc/passwd", "owner:x:1000:1000::/home/owner:/bin/sh\n");
        _machine.WriteSystem("etc/nsswitch.conf", "hosts: files");
        _machine.WriteSystem("etc/ssl/certs/one.pem", "");
        _machine.WriteSystem("etc/ssl/private/key", "secret");
        _machine.WriteSystem("etc/python3.11/x", "");
        File.CreateSymbolicLink(Path.Combine(_machine.System, "bin"), "usr/bin");
        WriteStatus("vim", "1");
    }

    public void Dispose() => _machine.Dispose();

    private void WriteStatus(string package, string version) => _machine.WriteSystem(
        "var/lib/dpkg/status",
        $"Package: {package}\nStatus: install ok installed\nArchitecture: amd64\nVersion: {version}\nDescription: x\n Status: "
        + "no\n\nPackage: gone\nStatus: deinstall ok config-files\nVersion: 1\n");

    [Fact]
    public async Task A_box_sees_the_programs_and_nothing_secret()
    {
        var prepared = await _machine.PrepareAsync("host");
        var skeleton = Assert.Single(prepared.Layers);
        Assert.Equal(
            ["/etc/python3.11", "/etc/ssl/certs", "/opt", "/usr"],
            prepared.Mounts.Cast<BindMount>().Where(mount => mount.ReadOnly).Select(mount => mount.Target).Order(StringComparer.Ordinal));
        Assert.Equal("usr/bin", new FileInfo(Path.Combine(skeleton, "bin")).LinkTarget);
        Assert.Equal("hosts: files", File.ReadAllText(Path.Combine(skeleton, "etc/nsswitch.conf")));
        Assert.DoesNotContain("owner", File.ReadAllText(Path.Combine(skeleton, "etc/passwd")));
        Assert.False(File.Exists(Path.Combine(skeleton, "etc/shadow")));
        Assert.Empty(Directory.EnumerateFiles(skeleton, "key", SearchOption.AllDirectories));
        Assert.Equal([("vim", "1")], _machine.Feature.Packages(prepared.Digest).Select(package => (package.Name, package.Version)));
    }

    [Fact]
    public async Task Another_version_is_another_environment_and_the_recorded_one_is_refused_with_the_change()
    {
        var before = await _machine.PrepareAsync("host");
        Assert.Equal(before.Digest, (await _machine.PrepareAsync("host")).Digest);
        WriteStatus("vim", "2:1");
        Assert.NotEqual(before.Digest, (await _machine.PrepareAsync("host")).Digest);
        var refusal = await Assert.ThrowsAsync<RefusalException>(
            () => _machine.Feature.PrepareRecordedAsync(before.Digest, _machine, TestContext.Current.CancellationToken));
        Assert.Equal(RefusalKind.Conflict, refusal.Kind);
        Assert.Contains("vim 1 is now 2:1", refusal.Message);
    }

    [Fact]
    public async Task The_host_can_have_variables_of_a_project_but_not_be_exported()
    {
        _machine.Write("glovebox.yaml", "environments: { default: { base: host, env: { A: b } } }");
        var prepared = await _machine.PrepareAsync();
        Assert.Equal("b", prepared.Variables["A"]);
        Assert.NotEqual(prepared.Digest, (await _machine.PrepareAsync("host")).Digest);
        var refusal = await Assert.ThrowsAsync<RefusalException>(
            () =>
                _machine.Feature.ExportAsync(
                    _machine.Project, null, Path.Combine(_machine.Root, "x.tar"), _machine, TestContext.Current.CancellationToken));
        Assert.Contains("cannot be exported yet", refusal.Message);
    }
}
