using Glovebox.Api.Functions;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Functions;

/// <summary><c>glovebox function show</c>.</summary>
internal static class ShowCommand
{
    public static Verb Create(CommandContext context)
    {
        var (server, name) = (new FunctionServer(context), Words.Name());
        var json = Options.Json("the function and its versions");
        var verb = new Verb("show", "Show a function and its versions") { Usage = "NAME [--json]" };
        verb.Add(name);
        verb.Add(json);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var functions = server.Of(parse);
            var function = await functions.ShowAsync(parse.GetRequiredValue(name), cancellation);
            var versions = await functions.VersionsAsync(function.Name, cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, new FunctionDetails(function, versions));
            else Write(context.Screen, function, versions);
            return ExitCode.Success;
        };
        return verb;
    }

    private static void Write(Screen screen, Function function, IReadOnlyList<FunctionVersion> versions)
    {
        ListCommand.Write(screen, [function]);
        screen.Out.WriteLine();
        var table = new Table(
            new Column("VERSION", Right: true), new Column("CALLED", Elastic: true), new Column("INSTANCES"), new Column("TIMEOUT"), new Column("CODE"), new Column("DEPLOYED"));
        foreach (var version in versions)
            table.Add(
                $"{version.Version}{(version.Version == function.Version ? " *" : "")}", version.Detected, $"{version.Spec.Min} to {version.Spec.Max}",
                $"{version.Spec.TimeoutSeconds:0.###} s", version.Code[..12], Units.Time(version.CreatedAt));
        table.Write(screen.Out, screen.OutputWidth, screen.OutStyle);
    }
}

/// <summary>What <c>function show --json</c> prints.</summary>
internal sealed record FunctionDetails(Function Function, IReadOnlyList<FunctionVersion> Versions);
