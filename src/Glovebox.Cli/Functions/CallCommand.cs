using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function call</c>.</summary>
internal static class CallCommand
{
    public static Verb Create(CommandContext context)
    {
        var server = new FunctionServer(context);
        var name = new Argument<string>("NAME") { Description = "NAME, NAME:ALIAS or NAME@VERSION" };
        var parameters = new Argument<string?>("PARAMETERS") { Arity = ArgumentArity.ZeroOrOne, Description = "JSON, or @FILE with any bytes" };
        var pairs = Options.Texts("--param", "-p", "K=V", "A parameter; numbers, true, false and null are themselves");
        var media = Options.Text("--content-type", null, "TYPE", "Of the parameters (default: application/json)");
        var later = Options.Flag("--async", null, "Print the call's id once it is stored, and do not wait");
        var callback = Options.Text("--callback", null, "URL", "With --async: POST to it when the call has ended");
        var json = Options.Json("the call's record");
        var verb = new Verb("call", "Call a function and print its result")
        {
            Usage = "NAME [PARAMETERS | -p K=V...] [options]",
            Notes = "Ends with 1 when the call failed, 124 when its time was over. What the code printed, and its traceback, go to standard error. Needs a server.",
            Examples = [("glovebox function call dice '{\"roll\":\"4d6\"}'", "Wait for the result"), ("glovebox function call dice:prod -p roll=4d6 --async", "Do not wait")],
        };
        verb.Add(name);
        verb.Add(parameters);
        foreach (var option in new Option[] { pairs, media, later, callback, json }) verb.Add(option);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            if (parse.GetValue(callback) is not null && !parse.Has(later)) throw RefusalException.Bad("--callback is for --async: without it the result is printed here");
            var input = new CallInput(
                Body(parse.GetValue(parameters), parse.GetValue(pairs) ?? [], context.Directory), parse.GetValue(media) ?? "application/json", parse.GetValue(callback));
            var functions = server.Of(parse);
            if (!parse.Has(later)) return await WaitAsync(context, functions, parse.GetRequiredValue(name), input, parse.Has(json), cancellation);
            var call = await functions.SubmitAsync(parse.GetRequiredValue(name), input, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, call);
            else await context.Screen.Out.WriteLineAsync(call.Id);
            return ExitCode.Success;
        };
        return verb;
    }

    private static async Task<int> WaitAsync(CommandContext context, IFunctions functions, string name, CallInput input, bool json, CancellationToken cancellation)
    {
        var output = await functions.CallAsync(name, input, cancellation);
        var call = await functions.ShowCallAsync(output.Id, cancellation);
        if (json) Json.Print(context.Screen, call);
        else Write(context.Screen, call, output);
        return output.Status switch
        {
            CallStatus.Done => ExitCode.Success,
            CallStatus.TimedOut => ExitCode.TimedOut,
            CallStatus.Cancelled => ExitCode.Terminated,
            _ => ExitCode.Differs,
        };
    }

    private static void Write(Screen screen, Call call, CallOutput output)
    {
        foreach (var said in new[] { call.Stdout, call.Stderr })
            if (said is not null) screen.Tell(said.EndsWith('\n') ? said : said + "\n");
        if (output.Status != CallStatus.Done)
        {
            if (call.Traceback is { } trace) screen.Tell(trace.EndsWith('\n') ? trace : trace + "\n");
            screen.Complain($"call {call.Id} {WireWords.Of(output.Status)}: {output.Error}");
            return;
        }

        screen.OutputBytes.Write(output.Body.Span);
        var wantsEnd = screen.OutputWidth is not null || output.ContentType.Contains("json", StringComparison.Ordinal);
        if (wantsEnd && output.Body.Span is not [.., (byte)'\n']) screen.OutputBytes.Write("\n"u8);
    }

    private static ReadOnlyMemory<byte> Body(string? text, string[] pairs, string directory)
    {
        if (text is not null && pairs.Length > 0) throw RefusalException.Bad("parameters are given as a text and with -p: give one of them");
        if (pairs.Length > 0) return Encoding.UTF8.GetBytes(SubmitWords.Scalars("--param", pairs).ToJsonString());
        if (text is null) return Encoding.UTF8.GetBytes(new JsonObject().ToJsonString());
        if (!text.StartsWith('@')) return Encoding.UTF8.GetBytes(text);
        try
        {
            return File.ReadAllBytes(Path.GetFullPath(text[1..], directory));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw RefusalException.Bad($"'{text}': cannot be read: {failure.Message}");
        }
    }
}
