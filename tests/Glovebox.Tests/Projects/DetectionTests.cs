using Glovebox.Api;
using Glovebox.Projects;

namespace Glovebox.Tests.Projects;

public sealed class DetectionTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("glovebox-detect-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    private EnvironmentSpec Detect(params (string Name, string Content)[] files)
    {
        foreach (var (name, content) in files) File.WriteAllText(Path.Combine(_directory, name), content);
        return new Project(_directory).ReadSpec().Choose(null);
    }

    [Fact]
    public void Nothing_is_the_host() => Assert.Same(ProjectSpec.BuiltInHost, Detect());

    [Fact]
    public void Files_of_several_tools_add_up()
    {
        var spec = Detect(
            ("requirements.txt", "x"), ("apt.txt", "git # for data\nmake\n"), ("package.json", "{}"), ("postBuild", "#!/bin/sh"));
        Assert.Equal("requirements.txt, package.json, apt.txt, postBuild", spec.Source);
        Assert.Equal("debian:bookworm", spec.Base.ToString());
        Assert.Equal(["git", "make"], spec.Apt);
        Assert.Equal(["-r requirements.txt"], spec.Pip);
        Assert.Equal("package.json", spec.Npm!.PackageFile);
        Assert.Equal(spec.Files[0].Target, spec.Run[0][0]);
    }

    [Fact]
    public void A_glovebox_yaml_without_environments_leaves_the_choice_to_detection() =>
        Assert.Equal("requirements.txt", Detect(("glovebox.yaml", "project: a"), ("requirements.txt", "x")).Source);

    [Fact]
    public void A_Dockerfile_decides_alone() =>
        Assert.Equal("dockerfile:Dockerfile", Detect(("Dockerfile", ""), ("requirements.txt", "x")).Base.ToString());

    [Fact]
    public void Conda_is_refused_by_name() =>
        Assert.Contains("environment.yml: Conda", Assert.Throws<RefusalException>(() => Detect(("environment.yml", ""))).Message);

    [Theory]
    [InlineData("python-3.11", "debian:bookworm", "python3")]
    [InlineData("python-3.9", "debian:bullseye", "python3")]
    [InlineData("r-4.2", "debian:bookworm", "r-base-core")]
    public void A_runtime_chooses_the_base_that_has_it(string runtime, string @base, string package)
    {
        var spec = Detect(("runtime.txt", runtime + "\n"));
        Assert.Equal(@base, spec.Base.ToString());
        Assert.Equal([package], spec.Apt);
    }

    [Theory]
    [InlineData("python-3.7", "no supported base has that Python")]
    [InlineData("python-3.11.4", "the patch release is the distribution's choice")]
    [InlineData("ruby-3", "is not understood")]
    public void A_runtime_that_no_base_has_is_refused_with_the_reason(string runtime, string reason) =>
        Assert.Contains(reason, Assert.Throws<RefusalException>(() => Detect(("runtime.txt", runtime))).Message);

    [Fact]
    public void Dependencies_of_a_pyproject_are_read()
    {
        var spec = Detect(
            (
                "pyproject.toml",
                "[build-system]\nrequires = [\"x\"]\n[project] # this\nname = 'a'\ndependencies = [\n  \"numpy>=1.2,<2\", # pinned\n  'requests[socks]',\n]\n[project.optional-dependencies]\ntest = ['pytest']\n"));
        Assert.Equal(["numpy>=1.2,<2", "requests[socks]"], spec.Pip);
    }

    [Fact]
    public void Dependencies_of_Poetry_are_refused_with_a_way_out() =>
        Assert.Contains(
            "requirements.txt",
            Assert.Throws<RefusalException>(() => Detect(("pyproject.toml", "[tool.poetry.dependencies]\nnumpy = '*'\n"))).Message);

    [Fact]
    public void R_packages_become_Debians()
    {
        var spec = Detect(
            (
                "DESCRIPTION",
                "Package: a\nDepends: R (>= 4.0), methods\nImports: data.table (>= 1.0),\n  Rcpp,\n  stats\nSuggests: testthat\n"),
            ("install.R", "# comment install_github('x')\ninstall.packages(c(\"jsonlite\", 'MASS'), repos = \"anything\")\n"));
        Assert.Equal(["r-base-core", "r-cran-data.table", "r-cran-rcpp", "r-cran-jsonlite", "r-cran-mass"], spec.Apt);
    }

    [Fact]
    public void An_install_script_that_does_more_is_refused_by_what_it_does() =>
        Assert.Contains(
            "remotes::install_github",
            Assert.Throws<RefusalException>(() => Detect(("install.R", "remotes::install_github('a/b')"))).Message);

    [Fact]
    public void A_project_is_found_upwards()
    {
        File.WriteAllText(Path.Combine(_directory, "glovebox.yaml"), "");
        var below = Directory.CreateDirectory(Path.Combine(_directory, "a/b")).FullName;
        Assert.Equal(_directory, Project.Find(below).Root);
        Assert.Throws<RefusalException>(() => Project.Find(Path.Combine(_directory, "missing")));
    }
}
