using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Functions;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runtimes;

/// <summary><c>glovebox runtime create</c>.</summary>
internal static class CreateCommand
{
    public static Verb Create(CommandContext context)
    {
        var server = new FunctionServer(context);
        var name = new Argument<string>("NAME") { Description = "The runtime's name; a new version of it where there is one" };
        var environment = Options.Text("--env", "-e", "NAME", "Environment of the server's project, or 'host'");
        var image = Options.Text("--image", null, "NAME", "Glovebox image by name or digest");
        var path = Options.Text("--path", null, "PATH", "Where code is in the box (default: /ws)");
        var dependencies = Options.Text("--dependencies", null, "COMMAND", "Installs what the code needs, once a set of requirements (default: pip or npm, as the code has it)");
        var run = Options.Text("--run", null, "COMMAND", "Serves a call with input.json and output.json, or all calls on $PORT (default: code is a handler)");
        var json = Options.Json("the runtime");
        var verb = new Verb("create", "Make a runtime, or a new version of it")
        {
            Usage = "NAME --env ENV | --image IMAGE [options]",
            Examples =
            [
                ("glovebox runtime create py --env host", "This machine's own python3, node and programs"),
                ("glovebox runtime create tool --env science --dependencies 'pip3 install -r requirements.txt' --run 'python3 test.py'", "A command for each call"),
            ],
        };
        verb.Add(name);
        foreach (var option in new Option[] { environment, image, path, dependencies, run, json }) verb.Add(option);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            if (parse.GetValue(environment) is null == parse.GetValue(image) is null) throw RefusalException.Bad("give --env or --image, one of the two: --env host is this machine's own programs");
            var spec = new RuntimeSpec { Environment = parse.GetValue(environment) ?? parse.GetValue(image)!, Dependencies = parse.GetValue(dependencies), Run = parse.GetValue(run) };
            if (parse.GetValue(path) is { } place) spec = spec with { Path = place };
            var runtime = await server.Of(parse).CreateRuntimeAsync(parse.GetRequiredValue(name), spec, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, runtime);
            else await context.Screen.Out.WriteLineAsync($"{runtime.Name}@{runtime.Version}");
            return ExitCode.Success;
        };
        return verb;
    }
}
