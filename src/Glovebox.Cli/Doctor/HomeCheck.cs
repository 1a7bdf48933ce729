using Glovebox.Api.Doctor;
using Glovebox.Home;

namespace Glovebox.Cli.Doctor;

/// <summary>GLOVEBOX_HOME can be written.</summary>
internal sealed class HomeCheck(GloveboxHome home) : SimpleCheck
{
    protected override CheckResult Run()
    {
        try
        {
            Directory.CreateDirectory(home.Temporary);
            var probe = Path.Combine(home.Temporary, $"doctor-{Guid.NewGuid():N}");
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                return new CheckResult("home", CheckStatus.Ok, home.Root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new CheckResult(
                "home", CheckStatus.Fail, $"{home.Root} cannot be written: {exception.Message}",
                "make it writable, or set GLOVEBOX_HOME to a directory that is");
        }
    }
}
