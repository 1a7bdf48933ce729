using Glovebox.Api.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Jobs;

/// <summary>What became of a job: a line on standard error, or its record.</summary>
internal static class JobLine
{
    /// <param name="why">In a few words, or empty.</param>
    public static void Tell(CommandContext context, Job job, bool json, string why = "")
    {
        var style = context.Screen.ErrorStyle;
        if (json) Json.Print(context.Screen, job);
        else context.Screen.Tell($"{style.Dim("glovebox:")} job {style.Bold(job.Id)} {JobTable.Paint(job.Status, job.Status.Word(), style)}{(why.Length > 0 ? $": {Printable.Line(why)}" : "")}\n");
    }
}
