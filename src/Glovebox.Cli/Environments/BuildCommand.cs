using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Environments;

/// <summary><c>glovebox env build</c>.</summary>
internal static class BuildCommand
{
    public static Verb Create(CommandContext context)
    {
        var name = EnvironmentsNoun.OptionalName();
        var tag = Options.Text("--tag", "-t", "NAME", "Give the image a name: for --image NAME, of any project and of a server's jobs and functions");
        var rebuild = Options.Flag("--rebuild", null, "Build it anew even when it is built");
        var json = Options.Json("the environment");
        var quiet = Options.Quiet();
        var verb = new Verb("build", "Resolve an environment (unless locked) and build it") { Usage = "[NAME] [--tag NAME] [--rebuild] [--json]" };
        verb.Add(name);
        foreach (var option in new Option[] { tag, rebuild, json, quiet }) verb.Add(option);
        verb.Act = async (parse, cancellation) =>
        {
            var screen = context.Screen;
            var built = await BuildDisplay.ShowAsync(context, parse.Has(quiet), progress => context.Features.Environments.BuildAsync(
                context.Directory, parse.GetValue(name), parse.Has(rebuild), progress, cancellation));
            if (parse.GetValue(tag) is { } given) await context.Features.Images.TagAsync(ImageOf(built.Summary), given, cancellation);
            if (parse.Has(json)) Json.Print(screen, built);
            else await screen.Out.WriteLineAsync($"{Printable.Line(built.Summary.Name)}  {built.Summary.Image}  {Units.Size(built.Summary.SizeBytes ?? 0)}");
            return ExitCode.Success;
        };
        return verb;
    }

    private static string ImageOf(EnvironmentSummary built) =>
        built.Image ?? throw RefusalException.Bad($"'{built.Name}' has no image to be named: it is this machine's own programs");
}
