using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Access;

/// <summary><c>glovebox token ls</c>.</summary>
internal static class ListCommand
{
    public static Verb Create(CommandContext context)
    {
        var json = Options.Json("the tokens");
        var verb = new Verb("ls", "List tokens by name") { Usage = "[--json]" };
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var tokens = await context.Features.Tokens.ListAsync(cancellation);
            if (parse.Has(json))
            {
                Json.Print(context.Screen, tokens);
                return ExitCode.Success;
            }

            var table = new Table(new Column("NAME"), new Column("ROLE"), new Column("CREATED"), new Column("ID"));
            var now = context.Clock.GetUtcNow();
            foreach (var token in tokens) table.Add(token.Name, token.Role.ToString().ToLowerInvariant(), Units.Age(token.CreatedAt, now), token.Id);
            table.Write(context.Screen.Out, context.Screen.OutputWidth, context.Screen.OutStyle);
            return ExitCode.Success;
        };
        return verb;
    }
}
