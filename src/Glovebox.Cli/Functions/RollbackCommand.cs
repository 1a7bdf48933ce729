using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;
using Glovebox.Cli.Values;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function rollback</c>.</summary>
internal static class RollbackCommand
{
    public static Verb Create(CommandContext context)
    {
        var (server, name) = (new FunctionServer(context), Words.Name());
        var version = new Argument<string?>("VERSION") { Arity = ArgumentArity.ZeroOrOne, Description = "Which (default: the one before)" };
        var json = Options.Json("the function");
        var verb = new Verb("rollback", "Send calls to an earlier version again") { Usage = "NAME [VERSION] [--json]" };
        verb.Add(name);
        verb.Add(version);
        verb.Add(json);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            int? wanted = parse.GetValue(version) is { } text ? Numbers.Whole("VERSION", text, 1) : null;
            var function = await server.Of(parse).RollbackAsync(parse.GetRequiredValue(name), wanted, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, function);
            else await context.Screen.Out.WriteLineAsync($"{function.Name}@{function.Version}");
            return ExitCode.Success;
        };
        return verb;
    }
}
