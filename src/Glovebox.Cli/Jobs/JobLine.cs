using Glovebox.Api.Jobs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Jobs;

/// <summary>What became of a job: a line on standard error, or its record.</summary>
internal static class JobLine
{
    public static void Tell(CommandContext context, Job job, bool json)
    {
        var style = context.Screen.ErrorStyle;
        if (json) Json.Print(context.Screen, job);
        else context.Screen.Tell($"{style.Dim("glovebox:")} job {style.Bold(job.Id)} {JobTable.Paint(job.Status, job.Status.Word(), style)}\n");
    }
}
