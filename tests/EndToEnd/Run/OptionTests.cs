using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Run;

/// <summary>The options of <c>run</c>, one by one.</summary>
public sealed class OptionTests : Place
{
    [Fact]
    public async Task Params_are_typed_in_the_file_and_filled_into_the_command()
    {
        Write("p.py", "import json, os, sys; print(json.dumps(json.load(open(os.environ['GLOVEBOX_PARAMS'])))); print(sys.argv[1:])");

        var ended = await RunAsync("run", "-p", "lr=0.1", "-p", "name=adam", "-p", "layers=[1, 2]", "p.py", "--lr={lr}", "{name}", "{x}");

        Assert.Equal("{\"lr\": 0.1, \"name\": \"adam\", \"layers\": [1, 2]}\n['--lr=0.1', 'adam', '{x}']\n", ended.Exits(0).Output);
    }

    [Fact]
    public async Task Variables_are_set_and_secrets_are_nowhere_on_disk()
    {
        const string secret = "do-not-keep-5f1c";
        Write("env.sh", "echo \"$A/$API_KEY/$PASS_ME\"");

        var ended = await Glovebox.RunAsync(Project, ["run", "--json", "--set-env", "A=1", "--set-env", $"API_KEY={secret}", "--secret", "PASS_ME", "env.sh"],
            variables: new() { ["PASS_ME"] = secret });

        var run = ended.Exits(0).Json;
        Assert.Equal("1", (string?)run["variables"]!["A"]);
        Assert.Equal("***", (string?)run["variables"]!["API_KEY"]);
        Assert.Contains("PASS_ME", run["secrets"]!.AsArray().Select(s => (string)s!));
        var log = (await RunAsync("runs", "logs", (string)run["id"]!)).Output;
        Assert.Equal($"1/{secret}/{secret}\n", log);
        await RunAsync("runs", "rm", (string)run["id"]!);
        foreach (var file in Directory.EnumerateFiles(Glovebox.Home, "*", SearchOption.AllDirectories).Where(f => new FileInfo(f).LinkTarget is null))
            Assert.False(await HoldsAsync(file, secret), file);
    }

    [Fact]
    public async Task A_secret_that_is_not_set_is_refused() =>
        Assert.Contains("NOT_SET_HERE", (await RunAsync("run", "--secret", "NOT_SET_HERE", "true")).Exits(2).Error, StringComparison.Ordinal);

    [Fact]
    public async Task Too_much_memory_is_out_of_memory_and_not_a_mere_137()
    {
        Write("eat.py", "b = []\nwhile True: b.append(bytearray(1 << 20))");

        var ended = await RunAsync("run", "--json", "--memory", "64m", "eat.py");

        Assert.Equal("out_of_memory", (string?)ended.Exits(137).Json["failureClass"]);
    }

    [Fact]
    public async Task A_deadline_that_passes_is_timed_out()
    {
        var ended = await RunAsync("run", "--json", "--timeout", "1s", "sleep", "60");

        Assert.Equal("timed_out", (string?)ended.Exits(124).Json["status"]);
        Assert.Equal("timeout", (string?)ended.Json["failureClass"]);
    }

    [Fact]
    public async Task Writing_more_than_the_disk_limit_ends_in_the_box()
    {
        var ended = await RunAsync("run", "--json", "--disk", "16m", "sh", "-c", "dd if=/dev/zero of=big bs=1M count=64");

        Assert.NotEqual(0, ended.ExitCode);
        Assert.False(Has("big"));
    }

    [Fact]
    public async Task There_is_no_network_unless_it_is_asked_for()
    {
        Write("net.py", "import socket, sys\ns = socket.create_connection(('127.0.0.1', int(sys.argv[1])), 5)\nprint(s.recv(5))");
        using var server = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        server.Start();
        var port = ((System.Net.IPEndPoint)server.LocalEndpoint).Port.ToString();
        var accept = Task.Run(async () =>
        {
            using var client = await server.AcceptTcpClientAsync();
            await client.GetStream().WriteAsync(Bytes("hello"));
        });

        (await RunAsync("run", "net.py", port)).Exits(1);
        Assert.Equal("b'hello'\n", (await RunAsync("run", "--network", "host", "net.py", port)).Exits(0).Output);
        await accept;
    }

    [Fact]
    public async Task A_gpu_is_refused_clearly_where_there_is_none()
    {
        if (File.Exists("/dev/nvidia0")) Assert.Skip("this machine has an NVIDIA GPU");

        Assert.Contains("NVIDIA", (await RunAsync("run", "--gpu", "true")).Exits(125).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Message_and_tags_are_kept()
    {
        await RunAsync("run", "-m", "first try", "--tag", "a", "--tag", "b", "true");

        var run = (await RunAsync("runs", "ls", "--json", "--tag", "b")).Json[0]!;

        Assert.Equal("first try", (string?)run["message"]);
        Assert.Equal(["a", "b"], run["tags"]!.AsArray().Select(t => (string)t!));
    }

    [Fact]
    public async Task Detached_returns_the_id_and_the_run_goes_on()
    {
        Write("slow.sh", "echo started; sleep 1; echo done > out.txt; echo finished");

        var id = (await RunAsync("run", "--detach", "slow.sh")).Exits(0).Output.Trim();

        var run = (await RunAsync("runs", "wait", id, "--json")).Json;
        Assert.Equal("succeeded", (string?)run["status"]);
        Assert.Equal("done\n", Read("out.txt"));
        Assert.Equal("started\nfinished\n", (await RunAsync("runs", "logs", id)).Output);
    }

    [Fact]
    public async Task A_detached_run_is_applied_by_itself_when_it_ends()
    {
        Write("quick.sh", "echo done > out.txt");
        var applied = new TaskCompletionSource();
        using var watcher = new FileSystemWatcher(Project, "out.txt") { EnableRaisingEvents = true };
        watcher.Created += (_, _) => applied.TrySetResult();
        watcher.Renamed += (_, _) => applied.TrySetResult();

        (await RunAsync("run", "-d", "quick.sh")).Exits(0);

        await applied.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal("done\n", Read("out.txt"));
    }

    [Fact]
    public async Task A_detached_run_can_be_cancelled()
    {
        var id = (await RunAsync("run", "-d", "sleep", "600")).Exits(0).Output.Trim();

        (await RunAsync("runs", "cancel", id)).Exits(0);

        Assert.Equal("cancelled", (string?)(await RunAsync("runs", "show", id, "--json")).Json["status"]);
    }

    [Theory]
    [InlineData("2", "SIGINT", 130)]
    [InlineData("15", "SIGTERM", 143)]
    public async Task A_signal_to_glovebox_cancels_the_run(string number, string name, int exit)
    {
        using var process = Glovebox.Start(Project, ["run", "sh", "-c", "echo ready; sleep 600"]);
        Assert.Equal("ready", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));

        using (var kill = System.Diagnostics.Process.Start("kill", [$"-{number}", process.Id.ToString()])) await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.True(exit == process.ExitCode, $"{name} gave {process.ExitCode}");
        Assert.Equal("cancelled", (string?)(await RunAsync("runs", "ls", "--json")).Json[0]!["status"]);
    }

    [Theory]
    [InlineData("--memory", "2q")]
    [InlineData("--cpus", "-1")]
    [InlineData("--pids", "many")]
    [InlineData("--timeout", "10 parsecs")]
    [InlineData("--network", "bridge")]
    [InlineData("--set-env", "novalue")]
    [InlineData("-p", "novalue")]
    [InlineData("--backend", "docke")]
    [InlineData("-e", "no-such-environment")]
    [InlineData("--no-such-option", "x")]
    public async Task A_wrong_option_is_refused_by_name_and_nothing_is_recorded(string option, string value)
    {
        var ended = await RunAsync("run", option, value, "true");

        Assert.True(ended.ExitCode is 2 or 3, $"exit {ended.ExitCode}: {ended.Error}");
        Assert.Empty(ended.Output);
        Assert.True(ended.Error.Contains(value.Trim('-'), StringComparison.Ordinal) || ended.Error.Contains(option, StringComparison.Ordinal), ended.Error);
        Assert.Empty((await RunAsync("runs", "ls", "--json")).Json.AsArray());
    }

    private static async Task<bool> HoldsAsync(string file, string text) =>
        (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().IndexOf(Bytes(text)) >= 0;
}
