using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Functions;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runtimes;

/// <summary><c>glovebox runtime</c>.</summary>
internal static class RuntimesNoun
{
    public static Noun Create(CommandContext context) => new("runtime", "Say how functions run: an environment, and commands in it")
    {
        CreateCommand.Create(context),
        List(context),
        Show(context),
        Remove(context),
    };

    internal static void Write(Screen screen, IReadOnlyList<FunctionRuntime> runtimes)
    {
        var table = new Table(
            new Column("NAME", Elastic: true), new Column("VERSION", Right: true), new Column("ENVIRONMENT"), new Column("PATH"), new Column("DEPENDENCIES", Elastic: true),
            new Column("RUN", Elastic: true));
        foreach (var runtime in runtimes)
            table.Add(runtime.Name, $"{runtime.Version}", runtime.Spec.Environment, runtime.Spec.Path, runtime.Spec.Dependencies ?? "", runtime.Spec.Run ?? "");
        table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
    }

    private static Verb List(CommandContext context)
    {
        var server = new FunctionServer(context);
        var json = Options.Json("the runtimes");
        var verb = new Verb("ls", "List runtimes by name") { Usage = "[--json]" };
        verb.Add(json);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var runtimes = await server.Of(parse).ListRuntimesAsync(cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, runtimes);
            else Write(context.Screen, runtimes);
            return ExitCode.Success;
        };
        return verb;
    }

    private static Verb Show(CommandContext context)
    {
        var (server, name) = (new FunctionServer(context), Name());
        var json = Options.Json("the runtime");
        var verb = new Verb("show", "Show a runtime") { Usage = "NAME [--json]" };
        verb.Add(name);
        verb.Add(json);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var runtime = await server.Of(parse).ShowRuntimeAsync(parse.GetRequiredValue(name), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, runtime);
            else Write(context.Screen, [runtime]);
            return ExitCode.Success;
        };
        return verb;
    }

    private static Verb Remove(CommandContext context)
    {
        var (server, name) = (new FunctionServer(context), Name());
        var verb = new Verb("rm", "Remove a runtime that no function is on") { Usage = "NAME" };
        verb.Add(name);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            await server.Of(parse).RemoveRuntimeAsync(parse.GetRequiredValue(name), cancellation);
            await context.Screen.Out.WriteLineAsync(parse.GetRequiredValue(name));
            return ExitCode.Success;
        };
        return verb;
    }

    private static Argument<string> Name() => new("NAME") { Description = "A runtime: see glovebox runtime ls" };
}
