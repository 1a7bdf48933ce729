using System.CommandLine;
using Glovebox.Api.Doctor;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Doctor;

/// <summary><c>glovebox doctor</c>.</summary>
internal static class DoctorCommand
{
    public static Verb Create(CommandContext context)
    {
        var json = Options.Json("the checks");
        var verb = new Verb("doctor", "Check this machine, and say how to mend each lack; exit code 1 when a check failed") { Usage = "[--json]" };
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var results = new List<CheckResult>();
            foreach (var check in context.Features.Checks) results.AddRange(await check.RunAsync(cancellation));
            if (parse.Has(json)) Json.Print<IReadOnlyList<CheckResult>>(context.Screen, results);
            else Write(context.Screen, results);
            return results.Exists(result => result.Status == CheckStatus.Fail) ? ExitCode.Differs : ExitCode.Success;
        };
        return verb;
    }

    private static void Write(Screen screen, List<CheckResult> results)
    {
        var (output, style) = (screen.Out, screen.OutStyle);
        var width = results.Max(result => result.Name.Length);
        foreach (var result in results)
        {
            var status = result.Status switch
            {
                CheckStatus.Ok => style.Good("ok  "),
                CheckStatus.Warn => style.Note("warn"),
                _ => style.Bad("fail"),
            };
            output.WriteLine($"{status}  {result.Name.PadRight(width)}  {Printable.Line(result.Detail)}");
            if (result.Mend is { } mend) output.WriteLine($"      {"".PadRight(width)}  {style.Bold("mend:")} {mend}");
        }
    }
}
