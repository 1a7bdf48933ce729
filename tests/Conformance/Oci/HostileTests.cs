using Glovebox.Api.Execution;
using Glovebox.Backends.Oci;
using Glovebox.Execution;
using Glovebox.Tests.Conformance.Suite;

namespace Glovebox.Tests.Conformance.Oci;

/// <summary>What a hostile command tries, as root inside its box. Each attempt must fail, and the machine must not notice.</summary>
public sealed class HostileTests : IDisposable
{
    private readonly OciBackend _backend = new(TimeProvider.System);
    private readonly TestBox _box = new(isolated: true);

    public void Dispose()
    {
        _backend.Dispose();
        _box.Dispose();
    }

    [Theory]
    [InlineData("mount -t tmpfs x /tmp")]
    [InlineData("mount --bind /usr /tmp")]
    [InlineData("umount /proc")]
    [InlineData("mount -o remount,rw /")]
    [InlineData("unshare --user true")]
    [InlineData("unshare --mount true")]
    [InlineData("unshare --net true")]
    [InlineData("nsenter --target 1 --mount true")]
    [InlineData("chroot /usr /bin/true")]
    [InlineData("mknod /tmp/disk b 8 0")]
    [InlineData("mknod /tmp/memory c 1 1")]
    [InlineData("echo 1 > /proc/sys/kernel/panic")]
    [InlineData("echo c > /proc/sysrq-trigger")]
    [InlineData("echo x > /sys/kernel/uevent_helper || mkdir /sys/fs/cgroup/x || echo 1 > /sys/kernel/mm/ksm/run")]
    [InlineData("echo '|/tmp/x' > /proc/sys/kernel/core_pattern")]
    [InlineData("head -c 1 /proc/kcore | grep -q .")]
    [InlineData("head -c 1 /dev/mem || head -c 1 /dev/kmsg || head -c 1 /dev/vda || head -c 1 /dev/sda")]
    [InlineData("dmesg")]
    [InlineData("hostname changed")]
    [InlineData("date -s 2001-01-01")]
    [InlineData("ls /root /home")]
    [InlineData("cat /etc/shadow")]
    [InlineData("ls /sys/fs/cgroup | grep .")]
    [InlineData("chown 1 /tmp")]
    [InlineData("su -c true nobody")]
    [InlineData("perl -e 'exit(syscall(175, 0, 0, \"\") == 0 ? 0 : 1)'")] // init_module
    [InlineData("perl -e 'exit(syscall(321, 0, 0, 0) >= 0 ? 0 : 1)'")] // bpf
    [InlineData("perl -e 'exit(syscall(425, 1, \"\\0\" x 120) >= 0 ? 0 : 1)'")] // io_uring_setup
    [InlineData("perl -e 'exit(syscall(250, 0, 0) >= 0 ? 0 : 1)'")] // keyctl
    [InlineData("perl -e 'exit(syscall(435, \"\\0\" x 88, 88) >= 0 ? 0 : 1)'")] // clone3
    [InlineData("perl -e 'exit(syscall(56, 0x10000011, 0) >= 0 ? 0 : 1)'")] // clone with a user namespace
    public async Task It_fails(string attempt)
    {
        var outcome = await RunAsync(_box.Shell($"{{ {attempt} ; }} >/dev/null 2>&1 && echo got through"));
        Assert.Equal("", _box.Text);
        Assert.Equal(FailureClass.ExitCode, outcome.Failure);
    }

    [Fact]
    public async Task It_sees_no_process_but_its_own()
    {
        await RunAsync(_box.Shell("ls /proc | grep -c '^[0-9]' ; cat /proc/1/comm"));
        Assert.Contains("init", _box.Text);
        Assert.InRange(int.Parse(_box.Text.Split('\n')[0], System.Globalization.CultureInfo.InvariantCulture), 1, 6);
    }

    [Fact]
    public async Task It_has_no_capabilities_and_cannot_gain_any()
    {
        await RunAsync(_box.Shell("grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status"));
        Assert.All(_box.Text.Split('\n').Where(line => line.StartsWith("Cap", StringComparison.Ordinal)),
            line => Assert.EndsWith("0000000000000000", line));
        Assert.Contains("NoNewPrivs:\t1", _box.Text);
        Assert.Contains("Seccomp:\t2", _box.Text);
    }

    [Fact]
    public async Task It_has_a_loopback_and_no_other_network()
    {
        const string program = """
            use Socket;
            socket(my $s, PF_INET, SOCK_STREAM, 0); bind($s, sockaddr_in(0, INADDR_LOOPBACK)); listen($s, 1);
            socket(my $c, PF_INET, SOCK_STREAM, 0); print connect($c, getsockname($s)) ? "loopback " : "none ";
            socket(my $o, PF_INET, SOCK_DGRAM, 0); print connect($o, sockaddr_in(9, inet_aton("192.0.2.1"))) ? "outside" : "sealed";
            """;
        await RunAsync(_box.Request("perl", "-e", program));
        Assert.Equal("loopback sealed", _box.Text);
    }

    [Fact]
    public async Task The_hosts_network_is_given_only_when_asked_for()
    {
        await RunAsync(_box.Request("readlink", "/proc/self/ns/net") with { Network = NetworkMode.Host });
        Assert.Equal(new FileInfo("/proc/self/ns/net").LinkTarget + "\n", _box.Text);
    }

    [Fact]
    public async Task A_build_step_may_change_owners_but_make_no_devices()
    {
        var request = _box.Shell("chown 5:5 /etc && mknod /p p && ! mknod /disk b 8 0 2>/dev/null && echo fine") with
        {
            Privileges = BoxPrivileges.Build,
            Root = new RootFileSystem([_box.Layer], _box.Upper, _box.Work),
        };
        Directory.CreateDirectory(Path.Combine(_box.Layer, "etc"));
        await RunAsync(request);
        Assert.Equal("fine\n", _box.Text);
    }

    private async Task<Outcome> RunAsync(ExecutionRequest request)
    {
        var result = await _backend.StartAsync(request, TestContext.Current.CancellationToken);
        Assert.True(result.Failure is null, result.Failure?.Message);
        await using var instance = result.Instance!;
        return await instance.WaitAsync(CancellationToken.None);
    }
}
