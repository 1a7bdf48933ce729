using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Functions;

/// <summary>Functions through the real program, on this machine's own python3.</summary>
public sealed class FunctionTests : Place
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private static string Dice => Path.Combine(Product.Repository, "examples", "dice");

    [Fact]
    public async Task A_function_is_deployed_and_called_as_the_first_five_minutes_say()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        (await RunAsync("runtime", "create", "py", "--env", "host")).Exits(0);
        var deployed = (await RunAsync("function", "deploy", "dice", "--runtime", "py", Dice)).Exits(0);
        Assert.Contains("dice@1  python: handle in handler.py", deployed.Output);

        var called = (await RunAsync("function", "call", "dice", """{"roll":"4d6"}""")).Exits(0);
        Assert.Equal(4, called.Json.AsArray().Count);
        Assert.Equal(2, (await RunAsync("function", "call", "dice", "-p", "roll=2d1")).Exits(0).Json.AsArray().Count);

        using var reply = await served.Http.PostAsync("/v1/functions/dice/call", new StringContent("""{"roll":"3d6"}""", Encoding.UTF8, "application/x-www-form-urlencoded"), Cancellation);
        Assert.Equal(HttpStatusCode.OK, reply.StatusCode);
        Assert.Equal(3, JsonNode.Parse(await reply.Content.ReadAsStringAsync(Cancellation))!.AsArray().Count);
        var record = await served.GetAsync($"/v1/calls/{reply.Headers.GetValues("Glovebox-Call").Single()}");
        Assert.Equal("done", (string?)record["status"]);

        var failed = (await RunAsync("function", "call", "dice", """{"roll":"many"}""")).Exits(1);
        Assert.Empty(failed.Output);
        Assert.Contains("ValueError", failed.Error);
        Assert.Contains("handler.py", failed.Error);
        var stats = (await RunAsync("function", "stats", "dice", "--json")).Exits(0).Json;
        Assert.Equal((3, 1), ((int)stats["done"]!, (int)stats["failed"]!));
        Assert.Contains("did you mean", (await RunAsync("function", "call", "dicee")).Exits(3).Error, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_a_server_functions_are_deployed_and_a_call_says_what_to_start()
    {
        (await RunAsync("runtime", "create", "py", "--env", "host")).Exits(0);
        (await RunAsync("function", "deploy", "dice", "--runtime", "py", Dice)).Exits(0);
        Assert.Contains("glovebox serve", (await RunAsync("function", "call", "dice")).Exits(4).Error);

        await using var served = await Served.StartAsync(Glovebox, Project);
        Assert.Equal(2, (await RunAsync("function", "call", "dice", "-p", "roll=2d6")).Exits(0).Json.AsArray().Count);
    }

    [Fact]
    public async Task The_scripts_of_the_thesis_run_unchanged()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        var script = Path.Combine(Product.Repository, "tests", "EndToEnd", "Functions", "thesis.sh");
        var start = new ProcessStartInfo("sh", [script, served.Http.BaseAddress!.ToString().TrimEnd('/')])
        {
            UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        using var client = Process.Start(start)!;
        var errors = client.StandardError.ReadToEndAsync(Cancellation);
        var said = await client.StandardOutput.ReadToEndAsync(Cancellation);
        await client.WaitForExitAsync(Cancellation);
        if (client.ExitCode != 0) throw new InvalidOperationException($"{said}\n{await errors}\n{served.Said}");
        Assert.Equal("served\n", said);
    }

    [Fact]
    public async Task Accepted_calls_end_once_though_the_server_is_killed()
    {
        const int Calls = 20;
        Write("slow/handler.py", "import time\n\ndef handle(params):\n    time.sleep(0.05)\n    return params['n']\n");
        var ids = new List<string>();
        await using (var first = await Served.StartAsync(Glovebox, Project))
        {
            await DeployAsync("slow", "slow");
            for (var n = 0; n < Calls; n++) ids.Add((string)(await first.AcceptAsync("slow", $$"""{"n":{{n}}}"""))["id"]!);
            await first.KillAsync();
        }

        await using var second = await Served.StartAsync(Glovebox, Project);
        for (var n = 0; n < Calls; n++)
        {
            var call = await second.EndAsync(ids[n]);
            Assert.Equal(("done", $"{n}"), ((string?)call["status"], (string?)call["result"]));
        }

        Assert.Equal(Calls, (await second.GetAsync("/v1/calls?function=slow&limit=100"))["items"]!.AsArray().Count);
    }

    [Fact]
    public async Task Deploying_while_calls_are_in_flight_drops_none_and_rollback_goes_back()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        Write("version/handler.py", "import time\n\ndef handle(params):\n    time.sleep(0.02)\n    return 1\n");
        await DeployAsync("version", "version");
        using var stop = new CancellationTokenSource();
        var callers = Enumerable.Range(0, 4).Select(_ => CallOnAsync(served, "version", stop.Token)).ToList();
        Write("version/handler.py", "def handle(params):\n    return 2\n");
        await DeployAsync("version", "version");
        await stop.CancelAsync();
        var heard = (await Task.WhenAll(callers)).SelectMany(results => results).ToHashSet();

        Assert.Subset(new HashSet<string> { "1", "2" }, heard);
        Assert.Equal("2", await served.CallAsync("version"));
        (await RunAsync("alias", "set", "version", "old=1")).Exits(0);
        Assert.Equal(("1", "1"), (await served.CallAsync("version:old"), await served.CallAsync("version@1")));
        (await RunAsync("function", "rollback", "version")).Exits(0);
        Assert.Equal("1", await served.CallAsync("version"));
    }

    [Fact]
    public async Task Two_functions_do_not_see_each_other_and_a_secret_is_shown_to_nobody()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        Write("a/handler.py", "import os\n\ndef handle(params):\n    open('/tmp/mine', 'w').write('x')\n    return os.environ.get('API_KEY')\n");
        Write("b/handler.py", "import os\n\ndef handle(params):\n    return [os.path.exists('/tmp/mine'), os.environ.get('API_KEY')]\n");
        (await RunAsync("runtime", "create", "py", "--env", "host")).Exits(0);
        (await Glovebox.RunAsync(Project, ["function", "deploy", "a", "-r", "py", "--secret", "API_KEY", "a"], variables: new() { ["API_KEY"] = "hunter2" })).Exits(0);
        await DeployAsync("b", "b");

        Assert.Equal("\"hunter2\"", await served.CallAsync("a"));
        Assert.Equal("[false,null]", await served.CallAsync("b"));
        Assert.DoesNotContain("hunter2", (await RunAsync("function", "show", "a", "--json")).Exits(0).Output);
        var secret = Directory.EnumerateFiles(Path.Combine(Glovebox.Home, "functions", "secrets")).Single();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(secret));
    }

    [Fact]
    public async Task A_schedule_wakes_a_function_that_has_no_instance()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        Write("tick/handler.py", "def handle(params):\n    return 'tick'\n");
        await DeployAsync("tick", "tick", "--cron", "* * * * * *", "--preload", "none");
        while (true)
        {
            var page = await served.GetAsync("/v1/calls?function=tick&status=done");
            if (page["items"]!.AsArray() is { Count: > 0 } calls)
            {
                Assert.Equal("schedule", (string?)calls[0]!["trigger"]);
                return;
            }
        }
    }

    [Fact]
    public async Task A_job_that_succeeded_calls_a_function_once()
    {
        await using var served = await Served.StartAsync(Glovebox, Project);
        Write("after/handler.py", "def handle(params):\n    return params['job']['task']\n");
        await DeployAsync("after", "after");
        (await RunAsync("job", "submit", "load", "-e", "host", "--on-success", "after", "--wait", "--", "true")).Exits(0);
        while (true)
        {
            var page = await served.GetAsync("/v1/calls?function=after&status=done");
            if (page["items"]!.AsArray() is not { Count: > 0 } calls) continue;
            Assert.Equal(("job", "\"load\""), ((string?)Assert.Single(calls)!["trigger"], (string?)calls[0]!["result"]));
            return;
        }
    }

    [Fact]
    public async Task A_hostile_bundle_is_refused_whole()
    {
        var bundle = Path.Combine(Elsewhere, "evil.tar");
        using (var tar = Process.Start("tar", ["-cPf", bundle, "--transform", "s,^.*handler.py,../../evil.py,", Path.Combine(Dice, "handler.py")])) await tar.WaitForExitAsync(Cancellation);
        (await RunAsync("runtime", "create", "py", "--env", "host")).Exits(0);

        var refused = (await RunAsync("function", "deploy", "evil", "-r", "py", bundle)).Exits(2);

        Assert.Contains("refused whole", refused.Error);
        Assert.Equal("[]\n", (await RunAsync("function", "ls", "--json")).Exits(0).Output);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(Glovebox.Home, "tmp")));
    }

    private async Task DeployAsync(string name, string folder, params string[] options)
    {
        (await RunAsync("runtime", "create", "py", "--env", "host")).Exits(0);
        (await RunAsync(["function", "deploy", name, "--runtime", "py", .. options, folder])).Exits(0);
    }

    private static async Task<List<string>> CallOnAsync(Served served, string reference, CancellationToken stop)
    {
        var heard = new List<string>();
        while (!stop.IsCancellationRequested) heard.Add(await served.CallAsync(reference));
        return heard;
    }
}
