using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Environments;

/// <summary><c>glovebox env export</c>.</summary>
internal static class ExportCommand
{
    public static Verb Create(CommandContext context)
    {
        var name = EnvironmentsNoun.OptionalName();
        var output = Options.Text("--output", "-o", "FILE", "The archive to write");
        output.Required = true;
        var quiet = Options.Quiet();
        var verb = new Verb("export", "Write an environment as an OCI archive, for 'podman load' and 'docker load'")
        {
            Usage = "[NAME] -o FILE",
            Examples = [("glovebox env export train -o train.tar", "Then: podman load -i train.tar")],
        };
        verb.Add(name);
        verb.Add(output);
        verb.Add(quiet);
        verb.Act = async (parse, cancellation) =>
        {
            var path = Path.GetFullPath(parse.GetValue(output)!, context.Directory);
            await BuildDisplay.ShowAsync(context, parse.Has(quiet), async progress =>
            {
                await context.Features.Environments.ExportAsync(context.Directory, parse.GetValue(name), path, progress, cancellation);
                return path;
            });
            await context.Screen.Out.WriteLineAsync(Printable.Line(path));
            return ExitCode.Success;
        };
        return verb;
    }
}
