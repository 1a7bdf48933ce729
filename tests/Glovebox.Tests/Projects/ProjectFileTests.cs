using Glovebox.Api;
using Glovebox.Projects;

namespace Glovebox.Tests.Projects;

public sealed class ProjectFileTests
{
    [Fact]
    public void Everything_that_can_be_written_is_read()
    {
        var spec = ProjectFile.Parse(
            """
            project: iris
            environments:
              default:
                base: ubuntu:noble
                apt: [python3-sklearn, "vim=2:9.1"]
                pip: requirements.txt
                npm: [left-pad@^1.0, "@types/node"]
                files: { data/model.bin: /opt/model.bin, conf: /etc/app/ }
                env: { DEBUG: 1, GREETING: "good morning" }
                run: ["echo one", [echo, two]]
                workdir: /study/
                user: 1000:1000
            """, "glovebox.yaml").Choose(null);
        Assert.Equal("ubuntu:noble", spec.Base.ToString());
        Assert.Equal(["python3-sklearn", "vim=2:9.1"], spec.Apt);
        Assert.Equal(["-r requirements.txt"], spec.Pip);
        Assert.Equal(["left-pad@^1.0", "@types/node"], spec.Npm!.Packages);
        Assert.Equal([new FileSpec("data/model.bin", "/opt/model.bin"), new FileSpec("conf", "/etc/app/conf")], spec.Files);
        Assert.Equal("1", spec.Variables["DEBUG"]);
        Assert.Equal(["/bin/sh", "-ec", "echo one"], spec.Run[0]);
        Assert.Equal(["echo", "two"], spec.Run[1]);
        Assert.Equal("/study", spec.WorkingDirectory);
        Assert.Equal("1000:1000", spec.User);
    }

    [Theory]
    [InlineData("enviroments: {}", "glovebox.yaml:1:1: the file has no key 'enviroments'. Did you mean environments?")]
    [InlineData("environments:\n  default:\n    atp: [x]", "glovebox.yaml:3:5: environment 'default' has no key 'atp'. Did you mean apt?")]
    [InlineData("environments:\n  default:\n    apt: python3", "glovebox.yaml:3:10: apt must be a list, not 'python3'")]
    [InlineData("environments:\n  default:\n    apt: [--purge]", "glovebox.yaml:3:11: '--purge' is not a Debian package")]
    [InlineData("environments:\n  default:\n    apt: [vim-]", "glovebox.yaml:3:11: 'vim-' is not a Debian package")]
    [InlineData("environments:\n  Default: {}", "glovebox.yaml:2:3: 'Default' is no name of an environment")]
    [InlineData("environments:\n  ../x: {}", "glovebox.yaml:2:3: '../x' is no name")]
    [InlineData("environments:\n  host: {}", "glovebox.yaml:2:3: 'host' is built in")]
    [InlineData("environments:\n  default:\n    base: fedora:40", "glovebox.yaml:3:11: 'fedora:40' is no base")]
    [InlineData("environments:\n  default:\n    base: debian:12", "glovebox.yaml:3:11: '12' is no suite")]
    [InlineData("environments:\n  default:\n    base: host\n    apt: [vim]", "glovebox.yaml:4:10: base 'host' is this machine's own "
        + "system")]
    [InlineData("environments:\n  default:\n    files: [../secret]", "glovebox.yaml:3:13: '../secret' must be a path inside the project")]
    [InlineData("environments:\n  default:\n    files: { a: /proc/x }", "glovebox.yaml:3:17: '/proc/x' must be an absolute path")]
    [InlineData("environments:\n  default:\n    workdir: work", "glovebox.yaml:3:14: workdir 'work' must be an absolute path")]
    [InlineData("environments:\n  default:\n    env: { A: }", "glovebox.yaml:3:12: variable A has no value")]
    [InlineData("environments:\n  default:\n    env: { A: [1] }", "glovebox.yaml:3:15: variable A must be a text, not a list")]
    [InlineData("environments: [a]", "glovebox.yaml:1:15: environments must be a mapping (KEY: VALUE), not a list")]
    [InlineData("- a", "glovebox.yaml:1:1: the file must be a mapping")]
    [InlineData("project: a\nproject: b", "glovebox.yaml:2:1: ")]
    [InlineData("project: 'a", "glovebox.yaml:1:")]
    public void A_mistake_is_shown_where_it_stands(string text, string message)
    {
        var refusal = Assert.Throws<RefusalException>(() => ProjectFile.Parse(text, "glovebox.yaml"));
        Assert.Equal(RefusalKind.Bad, refusal.Kind);
        Assert.StartsWith(message, refusal.Message);
    }

    [Fact]
    public void The_default_is_the_only_one_or_the_one_of_that_name()
    {
        Assert.Equal("host", ProjectFile.Parse("", "f").Choose(null).Name);
        Assert.Equal("one", ProjectFile.Parse("environments: { one: {} }", "f").Choose(null).Name);
        Assert.Equal("default", ProjectFile.Parse("environments: { one: {}, default: {} }", "f").Choose(null).Name);
        var several = Assert.Throws<RefusalException>(() => ProjectFile.Parse("environments: { one: {}, two: {} }", "f").Choose(null));
        Assert.Contains("one, two", several.Message);
        var unknown = Assert.Throws<RefusalException>(() => ProjectFile.Parse("environments: { train: {} }", "f").Choose("trian"));
        Assert.Equal(RefusalKind.NotFound, unknown.Kind);
        Assert.Contains("Did you mean train?", unknown.Message);
    }
}
