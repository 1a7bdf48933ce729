using System.CommandLine;
using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Access;

/// <summary><c>glovebox token create</c>.</summary>
internal static class CreateCommand
{
    public static Verb Create(CommandContext context)
    {
        var name = new Argument<string?>("NAME") { Arity = ArgumentArity.ZeroOrOne, Description = "What it is for (default: a made-up name)" };
        var role = Options.Text("--role", null, "ROLE", "reader (look), operator (also submit, cancel, remove) or admin (also define tasks, drain)");
        role.Required = true;
        var json = Options.Json("the token and its record");
        var verb = new Verb("create", "Make a token and print it; it is shown this once, only its hash is kept")
        {
            Usage = "--role ROLE [NAME] [--json]",
            Notes = "From the first token on, every request needs one, on this machine too.",
            Examples = [("export GLOVEBOX_TOKEN=$(glovebox token create --role operator ci)", "For a build server")],
        };
        verb.Add(name);
        verb.Add(role);
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var created = await context.Features.Tokens.CreateAsync(parse.GetValue(name), Role(parse.GetValue(role)!), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, created);
            else await context.Screen.Out.WriteLineAsync(created.Token);
            return ExitCode.Success;
        };
        return verb;
    }

    private static TokenRole Role(string text) => text switch
    {
        "reader" => TokenRole.Reader,
        "operator" => TokenRole.Operator,
        "admin" => TokenRole.Admin,
        _ => throw RefusalException.Bad($"--role '{text}': give reader, operator or admin"),
    };
}
