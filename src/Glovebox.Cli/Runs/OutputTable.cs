using Glovebox.Api.Runs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runs;

/// <summary>What a run changed, one path a line.</summary>
internal static class OutputTable
{
    public static void Write(TextWriter output, IReadOnlyList<RunOutput> outputs, int? width, Style style, string indent = "")
    {
        var table = new Table(new Column($"{indent}CHANGE"), new Column("SIZE", Right: true), new Column("SHA256"), new Column("PATH"));
        foreach (var item in outputs)
        {
            var path = item.Kind == "directory" ? $"{item.Path}/" : item.Path;
            table.Add($"{indent}{item.Change}", item.Kind == "file" ? Units.Size(item.Size) : item.Kind, item.Sha256?[..12] ?? "", path);
        }

        table.Write(output, width, style);
    }
}
