using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;
using Glovebox.Spelling;

namespace Glovebox.Jobs;

/// <summary>Ids of jobs and executions: UUIDs, named by any unique part.</summary>
internal static class JobIds
{
    private const int Length = 36;

    public static string New(DateTimeOffset now) => Guid.CreateVersion7(now).ToString();

    /// <exception cref="RefusalException">Bad: no UUID.</exception>
    public static string Chosen(string id) => Guid.TryParseExact(id, "D", out var uuid)
        ? uuid.ToString()
        : throw RefusalException.Bad($"id: '{(id.Length <= Length ? id : id[..Length] + "…")}' is not a UUID, such as {Guid.Empty}");

    /// <exception cref="RefusalException">Too short, unknown, or not unique.</exception>
    public static async Task<Job> FindJobAsync(IJobStore store, string part, CancellationToken cancellation) =>
        IdPart.One("job", part, await store.FindJobsAsync(Part("job", part), IdPart.Enough, cancellation), job => job.Id, "'glovebox job ls' lists them");

    /// <exception cref="RefusalException">Too short, unknown, or not unique.</exception>
    public static async Task<JobExecution> FindExecutionAsync(IJobStore store, string part, CancellationToken cancellation) => IdPart.One(
        "execution", part, await store.FindExecutionsAsync(Part("execution", part), IdPart.Enough, cancellation), execution => execution.Id,
        "'glovebox job show JOB' lists a job's");

    private static string Part(string what, string part) => part.Length <= Length
        ? IdPart.Check(what, part).ToLowerInvariant()
        : throw RefusalException.NotFound($"no {what} '{part[..Length]}…'; an id has {Length} characters");
}
