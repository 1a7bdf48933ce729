using System.CommandLine;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function cancel</c>.</summary>
internal static class CancelCommand
{
    public static Verb Create(CommandContext context)
    {
        var server = new FunctionServer(context);
        var id = new Argument<string>("CALL") { Description = "The id of an asynchronous call" };
        var json = Options.Json("the call's record");
        var verb = new Verb("cancel", "End an asynchronous call, whether it waits or runs")
        {
            Usage = "CALL [--json]", Notes = "Ends with 4 when the call had ended otherwise before. Needs a server.",
        };
        verb.Add(id);
        verb.Add(json);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var call = await server.Of(parse).CancelCallAsync(parse.GetRequiredValue(id), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, call);
            else await context.Screen.Out.WriteLineAsync($"{call.Id} cancelled");
            return ExitCode.Success;
        };
        return verb;
    }
}
