using Glovebox.Api;
using Glovebox.Environments;
using Glovebox.Environments.Locks;
using Glovebox.Execution;
using Glovebox.Images;

namespace Glovebox.Tests.Environments;

public sealed class EnvironmentsTests : IDisposable
{
    private readonly FakeMachine _machine = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _machine.Dispose();

    private void WriteYaml(string body) =>
        _machine.Write("glovebox.yaml", "environments:\n  default:\n    " + body.ReplaceLineEndings("\n    "));

    [Fact]
    public async Task What_a_spec_says_is_what_a_run_gets()
    {
        WriteYaml("apt: [vim]\nenv: { A: b }\nworkdir: /study\nuser: ada");
        var prepared = await _machine.PrepareAsync();
        Assert.Equal("/study", prepared.WorkingDirectory);
        Assert.Equal(new BoxUser(1815, 1816), prepared.User);
        Assert.Equal("b", prepared.Variables["A"]);
        Assert.Equal("/home/ada", prepared.Variables["HOME"]);
        Assert.Equal("C.UTF-8", prepared.Variables["LANG"]);
        Assert.Contains("/usr/bin", prepared.Variables["PATH"]);
        Assert.Equal("1", File.ReadAllText(Path.Combine(prepared.Layers[1], "vim")));
        Assert.Equal(["bookworm", "vim"], _machine.Feature.Packages(prepared.Digest).Select(package => package.Name));
    }

    [Fact]
    public async Task A_user_the_image_does_not_know_is_refused_with_the_nearest()
    {
        WriteYaml("user: adda");
        Assert.Contains("Did you mean ada?", (await Assert.ThrowsAsync<RefusalException>(() => _machine.PrepareAsync())).Message);
    }

    [Fact]
    public async Task The_second_time_nothing_is_resolved_or_built_though_the_mirror_moved_on()
    {
        WriteYaml("apt: [vim]");
        var first = await _machine.PrepareAsync();
        _machine.Apt.Version = "2";
        Assert.Equal(first.Digest, (await _machine.PrepareAsync()).Digest);
        Assert.Equal((1, 1), (_machine.Base.Built, _machine.Apt.Built));
        WriteYaml("apt: [vim, make]");
        var changed = await _machine.PrepareAsync();
        Assert.NotEqual(first.Digest, changed.Digest);
        Assert.Equal(first.Layers[0], changed.Layers[0]);
        Assert.Equal((1, 2), (_machine.Base.Built, _machine.Apt.Built));
    }

    [Fact]
    public async Task A_memo_is_used_only_while_its_inputs_are_as_they_were()
    {
        WriteYaml("env: { A: 1 }");
        var hourAgo = DateTime.UnixEpoch.AddYears(50);
        foreach (var value in (string[])["1", "2", "1"])
        {
            WriteYaml($"env: {{ A: {value} }}");
            File.SetLastWriteTimeUtc(Path.Combine(_machine.Project, "glovebox.yaml"), hourAgo);
            Assert.Equal(value, (await _machine.PrepareAsync()).Variables["A"]);
            Assert.Equal(value, (await _machine.PrepareAsync()).Variables["A"]);
        }
    }

    [Fact]
    public async Task A_lock_file_decides_until_the_spec_changes()
    {
        WriteYaml("apt: [vim]");
        var path = await _machine.LockAsync();
        Assert.Contains("\"vim 1 all -\"", File.ReadAllText(path));
        _machine.Apt.Version = "2";
        var locked = await _machine.PrepareAsync();
        Assert.Contains(_machine.Feature.Packages(locked.Digest), package => package is { Name: "vim", Version: "1" });

        WriteYaml("apt: [make, vim]\nenv: { A: b }");
        var stale = await Assert.ThrowsAsync<RefusalException>(() => _machine.PrepareAsync());
        Assert.Equal(RefusalKind.Conflict, stale.Kind);
        Assert.Contains("apt: +make; env A is new", stale.Message);
        await _machine.LockAsync("default");
        Assert.Equal("2", _machine.Feature.Packages((await _machine.PrepareAsync()).Digest)[^1].Version);

        File.WriteAllText(path, "{ not json");
        Assert.Contains(
            "glovebox.lock: not a lock file", (await Assert.ThrowsAsync<RefusalException>(() => _machine.PrepareAsync())).Message);
    }

    [Fact]
    public async Task A_lock_file_reads_back_as_it_was_written()
    {
        WriteYaml("apt: [vim]\nfiles: { data: /opt/data }\nenv: { A: \"with \\\" and \\n\" }\nuser: ada");
        _machine.Write("data/a b.txt", "text");
        File.CreateSymbolicLink(Path.Combine(_machine.Project, "data/link"), "a b.txt");
        await _machine.LockAsync();
        var project = new Glovebox.Projects.Project(_machine.Project);
        var read = LockFile.Read(project).Environments["default"];
        var prepared = await _machine.PrepareAsync();
        Assert.Equal(prepared.Digest, read.Lock.Digest.ToString());
        Assert.Equal("text", File.ReadAllText(Path.Combine(prepared.Layers[^1], "opt/data/a b.txt")));
        Assert.Equal("a b.txt", new FileInfo(Path.Combine(prepared.Layers[^1], "opt/data/link")).LinkTarget);
    }

    [Fact]
    public async Task Two_builds_of_one_step_become_one()
    {
        WriteYaml("apt: [vim]");
        var gate = new TaskCompletionSource();
        _machine.Base.Meanwhile = gate.Task;
        var first = Task.Run(() => _machine.PrepareAsync(), Cancellation);
        await _machine.Base.Started.Task;
        var second = Task.Run(() => _machine.PrepareAsync(), Cancellation);
        gate.SetResult();
        Assert.Equal((await first).ImageDigest, (await second).ImageDigest);
        Assert.Equal(1, _machine.Base.Built);
    }

    [Fact]
    public async Task A_recorded_environment_is_built_again_from_its_kept_lock()
    {
        WriteYaml("apt: [vim]\nfiles: [script]");
        _machine.Write("script", "original");
        var prepared = await _machine.PrepareAsync();
        _machine.Write("script", "changed");
        _machine.Apt.Version = "2";
        await _machine.Feature.BuildAsync(_machine.Project, null, false, _machine, Cancellation);
        foreach (var layer in _machine.Images.Layers.List().ToList()) _machine.Images.Layers.Delete(layer);
        var again = await _machine.Feature.PrepareRecordedAsync(prepared.Digest, _machine, Cancellation);
        Assert.Equal(prepared.ImageDigest, again.ImageDigest);
        Assert.Equal("original", File.ReadAllText(Path.Combine(again.Layers[^1], "script")));
        var unknown = await Assert.ThrowsAsync<RefusalException>(
            () => _machine.Feature.PrepareRecordedAsync(Digest.Of("x").ToString(), _machine, Cancellation));
        Assert.Equal(RefusalKind.NotFound, unknown.Kind);
    }

    [Fact]
    public async Task Removing_forgets_and_garbage_frees_only_what_nothing_needs()
    {
        WriteYaml("apt: [vim]");
        var prepared = await _machine.PrepareAsync();
        var garbage = new EnvironmentGarbage(_machine.Home, _machine.Images, _machine.Store);
        var none = new HashSet<string>();
        Assert.Empty(garbage.Plan(none, none, DateTimeOffset.UnixEpoch).Layers);
        await _machine.Feature.RemoveAsync(_machine.Project, "default", Cancellation);
        Assert.Equal(
            RefusalKind.NotFound,
            (await Assert.ThrowsAsync<RefusalException>(() => _machine.Feature.RemoveAsync(_machine.Project, "default", Cancellation))).Kind);
        var plan = garbage.Plan(none, none, DateTimeOffset.UnixEpoch);
        Assert.Equal(2, plan.Layers.Count);
        garbage.Free(plan);
        Assert.Empty(_machine.Images.Layers.List());
        Assert.Equal(
            prepared.ImageDigest, (await _machine.Feature.PrepareRecordedAsync(prepared.Digest, _machine, Cancellation)).ImageDigest);
        Assert.Empty(garbage.Plan(new HashSet<string> { prepared.Digest }, none, DateTimeOffset.MaxValue).Layers);
        Assert.Equal(2, garbage.Plan(none, none, DateTimeOffset.MaxValue).Layers.Count);
    }

    [Fact]
    public async Task An_unknown_name_is_not_found_and_its_neighbour_named()
    {
        WriteYaml("apt: [vim]");
        var refusal = await Assert.ThrowsAsync<RefusalException>(() => _machine.PrepareAsync("defualt"));
        Assert.Equal(RefusalKind.NotFound, refusal.Kind);
        Assert.Contains("Did you mean default?", refusal.Message);
    }
}
