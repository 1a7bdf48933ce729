using System.CommandLine;
using Glovebox.Api.Environments;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Environments;

/// <summary><c>glovebox env show</c>.</summary>
internal static class ShowCommand
{
    public static Verb Create(CommandContext context)
    {
        var name = EnvironmentsNoun.OptionalName();
        var json = Options.Json("the environment");
        var verb = new Verb("show", "Show an environment: its packages, layers and variables") { Usage = "[NAME] [--json]" };
        verb.Add(name);
        verb.Add(json);
        verb.Act = async (parse, cancellation) =>
        {
            var found = await context.Features.Environments.ShowAsync(context.Directory, parse.GetValue(name), cancellation);
            if (parse.Has(json)) Json.Print(context.Screen, found);
            else Write(context.Screen, found);
            return ExitCode.Success;
        };
        return verb;
    }

    private static void Write(Screen screen, EnvironmentDetails found)
    {
        var (output, style, summary) = (screen.Out, screen.OutStyle, found.Summary);
        output.WriteLine($"{style.Bold(Printable.Line(summary.Name))}  {Printable.Line(summary.Base)}  (from {Printable.Line(summary.Source)})");
        foreach (var (key, value) in new[]
        {
            ("digest", summary.Digest ?? "not resolved yet"), ("image", summary.Image ?? "not built yet"),
            ("size", summary.SizeBytes is { } size ? Units.Size(size) : ""), ("workdir", found.WorkingDirectory), ("user", found.User ?? ""),
        })
            if (value.Length > 0) output.WriteLine($"  {style.Dim(key.PadRight(8))} {Printable.Line(value)}");

        if (found.Variables.Count > 0) output.WriteLine($"\n  {style.Dim("variables")}");
        foreach (var (key, value) in found.Variables.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            output.WriteLine($"    {Printable.Line(key)}={Printable.Line(value)}");

        var layers = new Table(new Column("LAYER"), new Column("SIZE", Right: true), new Column("STEP"));
        foreach (var layer in found.Layers) layers.Add(layer.Digest, Units.Size(layer.SizeBytes), layer.Step);
        if (found.Layers.Count > 0) output.WriteLine();
        layers.Write(output, null, style);

        var packages = new Table(new Column("PACKAGE"), new Column("VERSION"), new Column("FROM"), new Column("SHA"));
        foreach (var package in found.Packages) packages.Add(package.Name, package.Version, package.Distribution, Short(package.Digest));
        if (found.Packages.Count > 0) output.WriteLine();
        packages.Write(output, null, style);
    }

    private static string Short(string? digest) => digest is { Length: > 19 } ? digest[..19] : digest ?? "";
}
