using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function ls</c>.</summary>
internal static class ListCommand
{
    public static Verb Create(CommandContext context)
    {
        var server = new FunctionServer(context);
        var json = Options.Json("the functions");
        var verb = new Verb("ls", "List functions by name") { Usage = "[--json]" };
        verb.Add(json);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var functions = await server.Of(parse).ListAsync(cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, functions);
            else Write(context.Screen, functions);
            return ExitCode.Success;
        };
        return verb;
    }

    public static void Write(Screen screen, IReadOnlyList<Function> functions)
    {
        var table = new Table(
            new Column("NAME", Elastic: true), new Column("VERSION", Right: true), new Column("RUNTIME"), new Column("CONTRACT"), new Column("ALIASES", Elastic: true),
            new Column("DEPLOYED"), new Column("NEXT"));
        foreach (var function in functions)
            table.Add(
                function.Name, $"{function.Version}", function.Runtime, WireWords.Of(function.Contract), string.Join(' ', function.Aliases.Select(Of)),
                Units.Time(function.ModifiedAt), function.NextAt is { } next ? Units.Time(next) : "");
        table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
    }

    public static string Of(FunctionAlias alias) => alias.Targets is [var only]
        ? $"{alias.Name}={only.Version}"
        : $"{alias.Name}={string.Join(',', alias.Targets.Select(target => $"{target.Version}:{target.Weight}"))}";
}
