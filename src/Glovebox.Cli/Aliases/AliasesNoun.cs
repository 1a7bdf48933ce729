using System.CommandLine;
using System.Globalization;
using Glovebox.Api;
using Glovebox.Api.Functions;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Functions;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Aliases;

/// <summary><c>glovebox alias</c>: names for versions of a function.</summary>
internal static class AliasesNoun
{
    public static Noun Create(CommandContext context) => new("alias", "Name versions of a function, and share calls between them") { Set(context), List(context), Remove(context) };

    private static Verb Set(CommandContext context)
    {
        var (server, name) = (new FunctionServer(context), Words.Name());
        var alias = new Argument<string>("ALIAS=VERSIONS") { Description = "prod=3, or by weight: prod=3:90,4:10" };
        var json = Options.Json("the function");
        var verb = new Verb("set", "Set an alias") { Usage = "NAME ALIAS=VERSION[:WEIGHT][,...]", Examples = [("glovebox alias set dice prod=3:90,4:10", "One call in ten goes to version 4: glovebox function call dice:prod")] };
        verb.Add(name);
        verb.Add(alias);
        verb.Add(json);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
            Tell(context, await server.Of(parse).SetAliasAsync(parse.GetRequiredValue(name), Parse(parse.GetRequiredValue(alias)), cancellation), parse.Has(json));
        return verb;
    }

    private static Verb List(CommandContext context)
    {
        var (server, name) = (new FunctionServer(context), Words.Name());
        var json = Options.Json("the aliases");
        var verb = new Verb("ls", "List a function's aliases") { Usage = "NAME [--json]" };
        verb.Add(name);
        verb.Add(json);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var function = await server.Of(parse).ShowAsync(parse.GetRequiredValue(name), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, function.Aliases);
            else
                foreach (var alias in function.Aliases) await context.Screen.Out.WriteLineAsync(ListCommand.Of(alias));
            return ExitCode.Success;
        };
        return verb;
    }

    private static Verb Remove(CommandContext context)
    {
        var (server, name) = (new FunctionServer(context), Words.Name());
        var alias = new Argument<string>("ALIAS") { Description = "See glovebox alias ls" };
        var json = Options.Json("the function");
        var verb = new Verb("rm", "Remove an alias") { Usage = "NAME ALIAS [--json]" };
        verb.Add(name);
        verb.Add(alias);
        verb.Add(json);
        server.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
            Tell(context, await server.Of(parse).RemoveAliasAsync(parse.GetRequiredValue(name), parse.GetRequiredValue(alias), cancellation), parse.Has(json));
        return verb;
    }

    private static int Tell(CommandContext context, Function function, bool json)
    {
        if (json) Json.Print(context.Screen, function);
        else ListCommand.Write(context.Screen, [function]);
        return ExitCode.Success;
    }

    private static FunctionAlias Parse(string text)
    {
        if (text.Split('=', 2) is [{ Length: > 0 } name, { Length: > 0 } versions] && versions.Split(',').Select(Target).ToList() is var targets && !targets.Contains(null))
            return new FunctionAlias(name, [.. targets.Select(target => target!)]);
        throw RefusalException.Bad($"'{text}': give ALIAS=VERSION such as prod=3, or by weight prod=3:90,4:10");
    }

    private static AliasTarget? Target(string text)
    {
        var parts = text.Split(':');
        if (parts.Length > 2 || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var version)) return null;
        if (parts.Length == 1) return new AliasTarget(version);
        return int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var weight) ? new AliasTarget(version, weight) : null;
    }
}
