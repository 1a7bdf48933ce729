using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Security;

/// <summary>Scripts that mean harm: each must fail, and the host must be unharmed.</summary>
public sealed class HostileTests : Place
{
    public static TheoryData<string, string> Attempts => new()
    {
        { "read root's home", "ls /root/.bashrc /root/.ssh 2>/dev/null || cat /root/.profile" },
        { "read homes", "test -n \"$(ls -A /home | grep -v '^box$')\"" },
        { "read shadow", "cat /etc/shadow" },
        { "read a host key", "cat /etc/ssh/ssh_host_*" },
        { "see other runs", "ls /root/.local/share/glovebox || find / -name glovebox.db 2>/dev/null | grep ." },
        { "write the system", "echo x > /usr/bin/evil" },
        { "write etc", "echo x >> /etc/passwd" },
        { "mount", "mount -t tmpfs none /mnt" },
        { "mount by a namespace of its own", "unshare -Urm true" },
        { "load a module", "insmod /usr/lib/evil.ko || modprobe dummy || python3 -c \"import ctypes,sys; sys.exit(ctypes.CDLL(None, use_errno=True).syscall(313, 0, b'', 0) == 0 and 0 or 1)\"" },
        { "see a process outside", "test $(ls /proc | grep -c '^[0-9]') -gt 20" },
        { "trace a process outside", $"python3 -c \"import ctypes,sys; sys.exit(0 if ctypes.CDLL(None).ptrace(16, {Environment.ProcessId}, 0, 0) == 0 else 1)\"" },
        { "change the clock", "date -s 2001-01-01" },
        { "change a kernel setting", "echo 1 > /proc/sys/kernel/panic" },
        { "reach the kernel's switches", "echo b > /proc/sysrq-trigger" },
        { "make a device", "mknod /tmp/sda b 8 0" },
        { "read a disk", "head -c 1 /dev/vda || head -c 1 /dev/sda" },
        { "read kernel memory", "head -c 1 /dev/mem || head -c 1 /proc/kcore" },
        { "become another user", "python3 -c \"import os; os.setuid(12345)\" && id | grep 12345" },
        { "escape by chroot", "chroot /tmp true" },
        { "reach the network", "python3 -c \"import socket; socket.create_connection(('127.0.0.1', 22), 2)\" || python3 -c \"import socket; socket.create_connection(('10.0.0.1', 53), 2)\"" },
        { "raise its own limits", "ulimit -n 1048576" },
        { "use the keyring", "python3 -c \"import ctypes,sys; sys.exit(0 if ctypes.CDLL(None).syscall(250, 0, -3, 1) >= 0 else 1)\"" },
        { "use bpf", "python3 -c \"import ctypes,sys; sys.exit(0 if ctypes.CDLL(None).syscall(321, 0, 0, 0) >= 0 else 1)\"" },
        { "climb out of the tree", "cat ../../../../../../../../../../root/.bashrc" },
    };

    [Theory]
    [MemberData(nameof(Attempts))]
    public async Task Is_stopped(string what, string script)
    {
        Write("attack.sh", script);

        var ended = await RunAsync("run", "-q", "--timeout", "60s", "attack.sh");

        Assert.True(ended.ExitCode != 0, $"{what}: {ended.Output} {ended.Error}");
    }

    [Fact]
    public async Task A_fork_bomb_ends_in_the_box()
    {
        Write("bomb.py", "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass");

        var ended = await RunAsync("run", "--json", "--pids", "64", "--timeout", "3s", "bomb.py");

        Assert.Equal("timed_out", (string?)ended.Json["status"]);
        Assert.Equal("ok\n", (await RunAsync("run", "-q", "echo", "ok")).Output);
    }

    [Fact]
    public async Task Filling_the_disk_ends_at_the_limit()
    {
        Write("fill.py", "n = 0\nwhile True:\n    open(f'f{n}', 'wb').write(bytes(8 << 20)); n += 1");

        var ended = await RunAsync("run", "--json", "--disk", "64m", "--timeout", "60s", "fill.py");

        Assert.Equal("out_of_disk", (string?)ended.Json["failureClass"]);
        Assert.Equal(["fill.py"], Directory.EnumerateFiles(Project).Select(f => Path.GetFileName(f)!));
    }

    [Fact]
    public async Task A_link_out_of_the_tree_does_not_lead_the_apply_out()
    {
        Directory.CreateDirectory(Path.Combine(Project, "data"));
        var target = Elsewhere;
        Write("link.sh", $"rmdir data; ln -s {target} data; ln -s {target}/x direct; echo y > plain");

        (await RunAsync("run", "link.sh")).Exits(0);

        Assert.Empty(Directory.EnumerateFileSystemEntries(target));
        Assert.Equal(target, new FileInfo(Path.Combine(Project, "data")).LinkTarget);
        // A second run that writes through the link reaches nothing outside its box.
        await RunAsync("run", "sh", "-c", "echo z > data/evil");
        Assert.Empty(Directory.EnumerateFileSystemEntries(target));
    }

    [Fact]
    public async Task Special_files_are_not_taken_over()
    {
        Write("special.sh", "mkfifo pipe; python3 -c \"import socket; socket.socket(socket.AF_UNIX).bind('sock')\"; cp /bin/true suid; chmod 4755 suid");

        var run = (await RunAsync("run", "--json", "special.sh")).Json;

        Assert.Equal("succeeded", (string?)run["status"]);
        Assert.False(Has("pipe") || Has("sock"));
        Assert.Equal((UnixFileMode)0, File.GetUnixFileMode(Path.Combine(Project, "suid")) & UnixFileMode.SetUser);
    }
}
