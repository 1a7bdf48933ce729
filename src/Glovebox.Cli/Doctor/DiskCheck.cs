using Glovebox.Api.Doctor;
using Glovebox.Cli.Output;
using Glovebox.Home;

namespace Glovebox.Cli.Doctor;

/// <summary>There is room for images and runs. An environment with a scientific library takes about one gigabyte.</summary>
internal sealed class DiskCheck(GloveboxHome home) : SimpleCheck
{
    private const long Little = 5L << 30;
    private const long TooLittle = 1L << 30;

    protected override CheckResult Run()
    {
        try
        {
            return Judge(new DriveInfo(Existing(home.Root)).AvailableFreeSpace, home.Root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return new CheckResult("disk", CheckStatus.Warn, $"free space at {home.Root} is unknown: {exception.Message}");
        }
    }

    internal static CheckResult Judge(long free, string root)
    {
        var status = free < TooLittle ? CheckStatus.Fail : free < Little ? CheckStatus.Warn : CheckStatus.Ok;
        var mend = status == CheckStatus.Ok ? null : "free some space ('glovebox gc' frees what no run needs), or set GLOVEBOX_HOME to a larger disk";
        return new CheckResult("disk", status, $"{Units.Size(free)} free at {root}", mend);
    }

    private static string Existing(string path)
    {
        while (!Directory.Exists(path) && Path.GetDirectoryName(path) is { } parent) path = parent;
        return path;
    }
}
