using Glovebox.Execution;

namespace Glovebox.Tests.Conformance.Suite;

public abstract partial class BackendSuite
{
    [Fact]
    public async Task The_environment_is_exactly_what_was_asked_for()
    {
        var box = NewBox();
        var request = box.Request("env", "-0") with
        {
            Environment = new Dictionary<string, string> { ["PATH"] = "/usr/bin:/bin", ["A"] = "1 2\n3", ["EMPTY"] = "", ["HOME"] = "/h", ["Ü"] = "'\"$" },
        };
        await RunAsync(request);
        Assert.Equal(["A=1 2\n3", "EMPTY=", "HOME=/h", "PATH=/usr/bin:/bin", "Ü='\"$"],
            box.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Where(value => !AddedVariables.Contains(value.Split('=')[0])).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Arguments_arrive_as_they_are()
    {
        var box = NewBox();
        await RunAsync(box.Request("printf", "[%s]", "", "a b", "$HOME", "'\"", "--", "x\ny", new string('z', 5000)));
        Assert.Equal("[][a b][$HOME]['\"][--][x\ny][" + new string('z', 5000) + "]", box.Text);
    }

    [Fact]
    public async Task The_working_directory_is_the_one_asked_for()
    {
        var box = NewBox();
        await RunAsync(InTree(box, box.Request("pwd")));
        Assert.Equal((box.Isolated ? "/tree" : box.WorkTree) + "\n", box.Text);
    }

    [Fact]
    public async Task What_a_command_leaves_running_ends_with_it()
    {
        var box = NewBox();
        var name = "glovebox-left-" + box.Id;
        await RunAsync(InTree(box, box.Shell($"cp /bin/sleep /tmp/{name} 2>/dev/null; ln -s /bin/sleep {name}; ./{name} 1000 & echo ready")));
        await EndedAsync(name);
        if (!box.Isolated) File.Delete("/tmp/" + name);
    }

    [Fact]
    public async Task Disposing_a_running_box_removes_every_trace()
    {
        var box = NewBox();
        var marker = $"{100000 + Random.Shared.Next(100000)}.{Environment.ProcessId}";
        var instance = await StartAsync(box.Shell($"trap '' TERM; echo ready; sleep {marker}"));
        await box.Output.WaitForAsync("ready", TestContext.Current.CancellationToken);
        await instance.DisposeAsync();
        // The shell may have been between its fork and the program of that.
        await EndedAsync(marker);
        Assert.DoesNotContain(Processes(), line => line.Contains(marker, StringComparison.Ordinal));
        Assert.False(Directory.Exists(box.State));
        Assert.DoesNotContain(File.ReadLines("/proc/self/mountinfo"), line => line.Contains(box.Root, StringComparison.Ordinal));
        Assert.True(File.Exists(box.Log));
    }

    // A killed process may take a moment to die on a busy machine; one that was not killed never does.
    private static async Task EndedAsync(string name)
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            try
            {
                if (!File.ReadAllText(Path.Combine(directory, "cmdline")).Contains(name, StringComparison.Ordinal)) continue;
                using var process = System.Diagnostics.Process.GetProcessById(int.Parse(Path.GetFileName(directory), System.Globalization.CultureInfo.InvariantCulture));
                await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            }
            catch (Exception e) when (e is IOException or ArgumentException)
            {
                // Gone.
            }
        }
    }

    private static IEnumerable<string> Processes()
    {
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!char.IsAsciiDigit(Path.GetFileName(directory)[0])) continue;
            string line;
            try
            {
                line = File.ReadAllText(Path.Combine(directory, "cmdline"));
            }
            catch (IOException)
            {
                continue;
            }
            yield return line;
        }
    }
}
