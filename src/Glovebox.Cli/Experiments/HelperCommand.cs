using System.CommandLine;
using Glovebox.Cli.CommandLine;

namespace Glovebox.Cli.Experiments;

/// <summary><c>glovebox helper</c>.</summary>
internal static class HelperCommand
{
    public static Verb Create(CommandContext context)
    {
        var language = new Argument<string>("LANGUAGE") { Description = "python, r or shell" };
        var verb = new Verb("helper", "Print the file with which a script reports metrics, for use outside of a box")
        {
            Usage = "python|r|shell",
            Examples = [("glovebox helper python > glovebox.py", "So that 'import glovebox' works everywhere; in a box nothing is needed")],
        };
        verb.Add(language);
        verb.Act = (parse, _) =>
        {
            context.Screen.OutputBytes.Write(context.Features.Experiments.ReportingFile(parse.GetRequiredValue(language)));
            return Task.FromResult(ExitCode.Success);
        };
        return verb;
    }
}
