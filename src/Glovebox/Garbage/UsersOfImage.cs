using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;
using Glovebox.Home;
using Glovebox.Images;
using Glovebox.Jobs.Nodes;
using Glovebox.Query;
using Glovebox.Runs;

namespace Glovebox.Garbage;

/// <summary>The recorded runs that stand on an image, the jobs that wait for it or run, and the boxes of jobs on this home.</summary>
/// <param name="jobs">The queue that this home's server works for. Asked only when something is about to go.</param>
public sealed class UsersOfImage(IRunStore runs, Func<IJobs> jobs, GloveboxHome home) : IImageUsers
{
    /// <summary>As many digits of a digest as may stand for it.</summary>
    private const int LeastDigits = 8;

    private static readonly JobState[] Unfinished = [JobState.Scheduled, JobState.Queued, JobState.Running];

    public async Task<IReadOnlyList<string>> FindAsync(ImageLoss loss, CancellationToken cancellation)
    {
        var found = await JobsAsync(loss, cancellation);
        if (loss.Image is not { } image) return found;
        found.AddRange(OpenExecutions.Needs(home).Where(open => open.Image == image).Select(open => $"execution {open.Execution}"));
        var standing = ConditionParser.Parse($"image='{image}'", RunFields.Catalog);
        found.AddRange((await runs.ListAsync(new RunFilter(), standing, cancellation)).Select(run => $"run {run.Id}"));
        return found;
    }

    private async Task<List<string>> JobsAsync(ImageLoss loss, CancellationToken cancellation)
    {
        var (queue, found, query) = (jobs(), new List<string>(), Query(loss));
        foreach (var state in Unfinished)
        {
            for (string? cursor = null; ;)
            {
                var page = await queue.ListAsync(new JobFilter(Status: state, Query: query, Cursor: cursor, Limit: 1000), cancellation);
                found.AddRange(page.Items.Where(job => Names(job.Spec.Environment ?? job.Spec.Image, loss)).Select(job => $"job {job.Id}"));
                if ((cursor = page.Next) is null) break;
            }
        }

        return found;
    }

    /// <summary>More than are meant, where a digest is shortened: <see cref="Names"/> decides.</summary>
    private static string Query(ImageLoss loss) => string.Join(
        " or ", loss.Names.Select(name => $"image='{name}' or environment='{name}'")
            .Concat(loss.Image is { } image ? [$"image~'{Digits(image)[..LeastDigits]}' or environment~'{Digits(image)[..LeastDigits]}'"] : []));

    private static bool Names(string? word, ImageLoss loss) => word is not null
        && (loss.Names.Contains(word) || (loss.Image is { } image && Digits(word).Length >= LeastDigits && Digits(image).StartsWith(Digits(word), StringComparison.Ordinal)));

    private static string Digits(string digest) => digest[(digest.IndexOf(':') + 1)..];
}
