using Glovebox.Api.Environments;
using Glovebox.Environments;
using Glovebox.Environments.Locks;
using Glovebox.Home;
using Glovebox.Images;

namespace Glovebox.Tests.Environments;

public sealed class EnvironmentMixturesTests : IDisposable
{
    private readonly GloveboxHome _home = new(Directory.CreateTempSubdirectory("glovebox-mix-").FullName);
    private readonly EnvironmentStore _store;
    private readonly EnvironmentMixtures _mixtures;

    public EnvironmentMixturesTests()
    {
        _store = new EnvironmentStore(_home);
        _mixtures = new EnvironmentMixtures(_store);
    }

    public void Dispose() => Directory.Delete(_home.Root, recursive: true);

    [Fact]
    public void A_mixture_has_the_chosen_packages_of_the_other_with_their_wheels()
    {
        var good = Keep(Apt("jq 1", "libjq 1", "old 1"), Pip("numpy 1", "scipy 1"));
        var bad = Keep(Apt("jq 2", "libjq 1", "new 1"), Pip("numpy 2", "scipy 1"));

        var changes = _mixtures.Changes(good, bad);
        var mixed = Read(_mixtures.Mix(good, bad, [0, 3]));

        Assert.Equal(["debian/jq", "debian/new", "debian/old", "pypi/numpy"], changes.Select(change => change.Name));
        Assert.Equal((null, "1"), (changes[1].Good, changes[1].Bad));
        Assert.Equal(["jq 2", "libjq 1", "old 1"], Names(mixed.Steps[1]));
        Assert.Equal(["numpy 2", "scipy 1"], Names(mixed.Steps[2]));
        Assert.Equal(["numpy-2.whl", "scipy-1.whl"], mixed.Steps[2].Files.Select(file => file.Path));
    }

    [Fact]
    public void A_whole_kind_of_packages_comes_piece_by_piece()
    {
        var good = Keep(Apt("python3 3"));
        var bad = Keep(Apt("python3 3"), Pip("numpy 2", "scipy 1"));

        Assert.Equal(2, _mixtures.Changes(good, bad).Count);
        Assert.Equal(["scipy 1"], Names(Read(_mixtures.Mix(good, bad, [1])).Steps[2]));
        Assert.Equal(good, _mixtures.Mix(good, bad, []));
        Assert.Equal(bad, _mixtures.Mix(good, bad, [0, 1]));
        Assert.Equal(good, _mixtures.Mix(bad, good, [0, 1]));
    }

    [Fact]
    public void Variables_and_steps_without_packages_are_changes_too()
    {
        var (good, bad) = (Keep(new LockedStep { Kind = "run", Arguments = ["a"] }), Keep(new LockedStep { Kind = "run", Arguments = ["b"] }));

        Assert.Equal("run step", Assert.Single(_mixtures.Changes(good, bad)).Name);
        Assert.Equal(bad, _mixtures.Mix(good, bad, [0]));
    }

    [Fact]
    public void Of_the_hosts_own_system_there_are_no_mixtures()
    {
        var host = new EnvironmentLock("host", "amd64", [new LockedStep { Kind = "host", Result = Digest.Of("x") }], new Dictionary<string, string>(), null, null);
        _store.Put(host);

        Assert.Empty(_mixtures.Changes(host.Digest.ToString(), Keep(Apt("jq 1"))));
        Assert.Empty(_mixtures.Changes("sha256:" + new string('0', 64), host.Digest.ToString()));
    }

    private string Keep(params LockedStep[] steps)
    {
        LockedStep[] all = [new LockedStep { Kind = "debian", Arguments = ["bookworm"], Result = Digest.Of("base") }, .. steps];
        var made = new EnvironmentLock("debian:bookworm", "amd64", all, new Dictionary<string, string>(), null, null);
        _store.Put(made);
        return made.Digest.ToString();
    }

    private EnvironmentLock Read(string digest) => _store.Get(Digest.Parse(digest)!.Value)!;

    private static IEnumerable<string> Names(LockedStep step) => step.Packages.Select(package => $"{package.Name} {package.Version}");

    private static LockedStep Apt(params string[] packages) => new()
    {
        Kind = "apt",
        Arguments = ["asked"],
        Packages = [.. packages.Select(text => Package("debian", text, "amd64"))],
    };

    private static LockedStep Pip(params string[] packages) => new()
    {
        Kind = "pip",
        Arguments = ["asked"],
        Packages = [.. packages.Select(text => Package("pypi", text, null))],
        Files = [.. packages.Select(text => new LockedFile(text.Replace(' ', '-') + ".whl", Digest.Of(text), 0x1A4))],
    };

    private static LockedPackage Package(string distribution, string text, string? architecture)
    {
        var words = text.Split(' ');
        return new LockedPackage(distribution, words[0], words[1], architecture, Digest.Of(text).ToString());
    }
}
