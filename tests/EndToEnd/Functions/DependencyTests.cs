using System.IO.Compression;
using System.Text;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Functions;

/// <summary>What code needs is installed once, and goes when no function has it any more.</summary>
public sealed class DependencyTests : Place
{
    private string Functions => Path.Combine(Glovebox.Home, "functions");

    [Fact]
    public async Task A_wheel_of_the_bundle_is_installed_once_for_the_same_requirements()
    {
        Write("f/handler.py", "import demo\n\ndef handle(params):\n    return demo.value\n");
        Write("f/requirements.txt", "./wheels/demo-1-py3-none-any.whl\n");
        WriteWheel("f/wheels/demo-1-py3-none-any.whl", "value = 1\n");
        (await RunAsync("runtime", "create", "py", "--env", "host")).Exits(0);
        Assert.Contains("dependencies installed", (await DeployAsync("f", "py")).Output);
        Assert.Contains("dependencies as before", (await DeployAsync("f", "py")).Output);
        await using var served = await Served.StartAsync(Glovebox, Project);
        Assert.Equal("1", await served.CallAsync("f"));

        // Another wheel under the same name is another requirement.
        WriteWheel("f/wheels/demo-1-py3-none-any.whl", "value = 2\n");
        Assert.Contains("dependencies installed", (await DeployAsync("f", "py")).Output);
        Assert.Equal(("2", "1"), (await served.CallAsync("f"), await served.CallAsync("f@1")));
    }

    [Fact]
    public async Task A_command_installs_once_and_one_that_fails_deploys_nothing()
    {
        Write("f/handler.py", "def handle(params):\n    return open('/ws/installed').read()\n");
        Write("f/requirements.txt", "first\n");
        (await RunAsync("runtime", "create", "tool", "--env", "host", "--dependencies", "cat requirements.txt /proc/sys/kernel/random/uuid > installed")).Exits(0);
        await using var served = await Served.StartAsync(Glovebox, Project);
        Assert.Contains("dependencies installed", (await DeployAsync("f", "tool")).Output);
        var first = await served.CallAsync("f");
        Write("f/other.py", "x = 1\n");
        Assert.Contains("dependencies as before", (await DeployAsync("f", "tool")).Output);
        Assert.Equal(first, await served.CallAsync("f"));
        Assert.Contains("first", first);

        (await RunAsync("runtime", "create", "tool", "--env", "host", "--dependencies", "echo there is no such thing; exit 3")).Exits(0);
        var refused = (await RunAsync("function", "deploy", "f", "-r", "tool", "f")).Exits(2);
        Assert.Contains("there is no such thing", refused.Error);
        Assert.Equal(first, await served.CallAsync("f"));
        Assert.Equal(2, (int)(await RunAsync("runtime", "show", "tool", "--json")).Exits(0).Json["version"]!);
    }

    [Fact]
    public async Task Gc_frees_code_and_dependencies_of_removed_functions_alone()
    {
        Write("f/handler.py", "def handle(params):\n    return 1\n");
        Write("f/requirements.txt", "one\n");
        Write("g/handler.py", "def handle(params):\n    return 2\n");
        Write("g/requirements.txt", "two\n");
        (await RunAsync("runtime", "create", "tool", "--env", "host", "--dependencies", "cp requirements.txt installed")).Exits(0);
        await DeployAsync("f", "tool");
        await DeployAsync("g", "tool");
        Assert.Equal((2, 2), (Count("code"), Count("dependencies")));
        Assert.Equal(0, await FunctionsAsync("--dry-run"));

        (await RunAsync("function", "rm", "f")).Exits(0);
        Assert.Equal(2, await FunctionsAsync("--dry-run"));
        Assert.Equal((2, 2), (Count("code"), Count("dependencies")));
        Assert.Equal(2, await FunctionsAsync());
        Assert.Equal((1, 1), (Count("code"), Count("dependencies")));
        Assert.Equal(0, await FunctionsAsync());
        await using var served = await Served.StartAsync(Glovebox, Project);
        Assert.Equal("2", await served.CallAsync("g"));
    }

    private async Task<Ended> DeployAsync(string name, string runtime) => (await RunAsync("function", "deploy", name, "-r", runtime, name)).Exits(0);

    private int Count(string kind) => Directory.EnumerateDirectories(Path.Combine(Functions, kind)).Count();

    private async Task<int> FunctionsAsync(params string[] options)
    {
        var report = (await RunAsync(["gc", "--json", .. options])).Exits(0).Json;
        return (int)report["kinds"]!.AsArray().Single(kind => (string?)kind!["kind"] == "functions")!["count"]!;
    }

    private void WriteWheel(string path, string module)
    {
        using var file = File.Create(Write(path, ""));
        using var zip = new ZipArchive(file, ZipArchiveMode.Create);
        Add("demo.py", module);
        Add("demo-1.dist-info/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1\n");
        Add("demo-1.dist-info/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
        Add("demo-1.dist-info/RECORD", "demo.py,,\ndemo-1.dist-info/METADATA,,\ndemo-1.dist-info/WHEEL,,\ndemo-1.dist-info/RECORD,,\n");

        void Add(string name, string text)
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(Encoding.UTF8.GetBytes(text));
        }
    }
}
