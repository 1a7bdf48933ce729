using Glovebox.Api.Doctor;
using Glovebox.Cli.Doctor;
using Glovebox.Home;

namespace Glovebox.Cli.Tests.Doctor;

public sealed class ChecksTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("glovebox-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData(6, CheckStatus.Ok)]
    [InlineData(3, CheckStatus.Warn)]
    [InlineData(0, CheckStatus.Fail)]
    public void Little_room_is_a_warning_and_none_a_failure(long gibibytes, CheckStatus status)
    {
        var result = DiskCheck.Judge(gibibytes << 30, "/x");
        Assert.Equal(status, result.Status);
        Assert.Equal(status != CheckStatus.Ok, result.Mend is not null);
    }

    [Fact]
    public async Task A_home_that_can_be_written_is_ok_and_left_as_it_was()
    {
        var home = new GloveboxHome(Path.Combine(_directory.FullName, "home"));
        var result = Assert.Single(await new HomeCheck(home).RunAsync(CancellationToken.None));
        Assert.Equal(CheckStatus.Ok, result.Status);
        Assert.Empty(Directory.GetFiles(home.Root, "*", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task A_home_below_a_file_names_the_variable()
    {
        var file = Path.Combine(_directory.FullName, "file");
        await File.WriteAllTextAsync(file, "");
        var result = Assert.Single(await new HomeCheck(new GloveboxHome(Path.Combine(file, "home"))).RunAsync(CancellationToken.None));
        Assert.Equal(CheckStatus.Fail, result.Status);
        Assert.Contains("GLOVEBOX_HOME", result.Mend);
    }

    [Theory]
    [InlineData(false, false, CheckStatus.Ok)]
    [InlineData(true, true, CheckStatus.Ok)]
    [InlineData(false, true, CheckStatus.Warn)]
    public async Task A_gpu_needs_driver_and_device(bool device, bool driver, CheckStatus status)
    {
        if (device) Touch("dev/nvidiactl");
        if (driver) Touch("proc/driver/nvidia/version");
        Assert.Equal(status, Assert.Single(await new GpuCheck(_directory.FullName).RunAsync(CancellationToken.None)).Status);
    }

    private void Touch(string path)
    {
        var full = Path.Combine(_directory.FullName, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, "NVIDIA\n");
    }
}
