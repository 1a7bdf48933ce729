using Glovebox.Api.Jobs;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Jobs;

/// <summary><c>glovebox top</c>.</summary>
internal static class TopCommand
{
    private static readonly TimeSpan Refresh = TimeSpan.FromSeconds(1);

    public static Verb Create(CommandContext context)
    {
        var queue = new Queue(context);
        var json = Options.Json("the state of the queue, once");
        var verb = new Verb("top", "Watch the queue: depth, oldest age, running, rate; Ctrl-C ends it")
        {
            Usage = "[--json]",
            Notes = "Prints one table and ends when standard output is not a terminal.",
        };
        verb.Add(json);
        queue.AddTo(verb);
        verb.Act = async (parse, cancellation) =>
        {
            var (jobs, screen) = (queue.Of(parse), context.Screen);
            if (parse.Has(json)) Json.Print(screen, await jobs.StatusAsync(cancellation));
            else if (screen.OutputWidth is null) TopTable.Write(screen, await jobs.StatusAsync(cancellation), context.Clock.GetUtcNow());
            else await WatchAsync(jobs, context, cancellation);
            return ExitCode.Success;
        };
        return verb;
    }

    /// <summary>Drawn over itself, from the top left; what was longer before is erased.</summary>
    private static async Task WatchAsync(IJobs jobs, CommandContext context, CancellationToken cancellation)
    {
        var screen = context.Screen;
        try
        {
            while (true)
            {
                var status = await jobs.StatusAsync(cancellation);
                await screen.Out.WriteAsync("\e[H\e[2J");
                TopTable.Write(screen, status, context.Clock.GetUtcNow());
                screen.Flush();
                await Task.Delay(Refresh, context.Clock, cancellation);
            }
        }
        catch (OperationCanceledException)
        {
            // That is how one leaves it.
        }
    }
}
