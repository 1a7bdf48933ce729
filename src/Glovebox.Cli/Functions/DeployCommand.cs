using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function deploy</c>.</summary>
internal static class DeployCommand
{
    public static Verb Create(CommandContext context)
    {
        var (server, options) = (new FunctionServer(context), new DeployOptions());
        var name = new Argument<string>("NAME") { Description = "The function's name; made if need be" };
        var code = new Argument<string>("CODE") { Description = "A directory, one file, a .zip or a .tar.gz" };
        var json = Options.Json("what was deployed");
        var verb = new Verb("deploy", "Make a new version of a function, and send its calls there")
        {
            Usage = "NAME --runtime RUNTIME [options] CODE",
            Notes = "Says how the code will be called. Requirements (requirements.txt, package-lock.json) are installed once, and again only when they change.",
            Examples =
            [
                ("glovebox function deploy dice --runtime py examples/dice", "A directory with a handler.py"),
                ("glovebox function deploy resize -r py --handler app.resize --memory 256m --max 8 --secret API_KEY bundle.zip", "With limits and a secret"),
            ],
        };
        verb.Add(name);
        verb.Add(code);
        options.AddTo(verb);
        verb.Add(json);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var spec = options.Read(parse, context.Variable);
            using var bundle = CodeBundle.Open(Path.GetFullPath(parse.GetRequiredValue(code), context.Directory));
            var deployed = await server.Of(parse).DeployAsync(parse.GetRequiredValue(name), spec, bundle.Content, bundle.Name, cancellation);
            if (parse.Has(json))
            {
                Json.Print(context.Screen, deployed);
                return ExitCode.Success;
            }

            var version = deployed.Version;
            var dependencies = version.Dependencies is null ? "" : deployed.Installed ? ", dependencies installed" : ", dependencies as before";
            await context.Screen.Out.WriteLineAsync($"{version.Function}@{version.Version}  {version.Detected}  ({version.Files} files{dependencies}, {deployed.Seconds:0.0} s)");
            return ExitCode.Success;
        };
        return verb;
    }
}
