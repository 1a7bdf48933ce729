using Glovebox.Api;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs;

/// <summary>Ids of jobs and executions: UUIDs, named by any unique part.</summary>
internal static class JobIds
{
    private const int Shortest = 4;
    private const int Length = 36;
    private const int Enough = 6;

    public static string New(DateTimeOffset now) => Guid.CreateVersion7(now).ToString();

    /// <exception cref="RefusalException">Bad: no UUID.</exception>
    public static string Chosen(string id) => Guid.TryParseExact(id, "D", out var uuid)
        ? uuid.ToString()
        : throw RefusalException.Bad($"id: '{(id.Length <= Length ? id : id[..Length] + "…")}' is not a UUID, such as {Guid.Empty}");

    /// <exception cref="RefusalException">Too short, unknown, or not unique.</exception>
    public static async Task<Job> FindJobAsync(IJobStore store, string part, CancellationToken cancellation) =>
        One("job", part, await store.FindJobsAsync(Part("job", part), Enough, cancellation), job => job.Id, "'glovebox job ls' lists them");

    /// <exception cref="RefusalException">Too short, unknown, or not unique.</exception>
    public static async Task<JobExecution> FindExecutionAsync(IJobStore store, string part, CancellationToken cancellation) => One(
        "execution", part, await store.FindExecutionsAsync(Part("execution", part), Enough, cancellation), execution => execution.Id,
        "'glovebox job show JOB' lists a job's");

    private static string Part(string what, string part) => part.Length switch
    {
        < Shortest => throw RefusalException.Bad($"'{part}' is too short for the id of {Article(what)}: give {Shortest} characters or more of it"),
        > Length => throw RefusalException.NotFound($"no {what} '{part[..Length]}…'; an id has {Length} characters"),
        _ => part.ToLowerInvariant(),
    };

    private static T One<T>(string what, string part, IReadOnlyList<T> found, Func<T, string> id, string mend) => found.Count switch
    {
        0 => throw RefusalException.NotFound($"no {what} '{part}'; {mend}"),
        1 => found[0],
        _ => throw RefusalException.Conflict(
            $"'{part}' is part of several ids: {string.Join(", ", found.Take(Enough - 1).Select(id))}{(found.Count == Enough ? ", …" : "")}; give more of it"),
    };

    private static string Article(string what) => what[0] is 'e' ? $"an {what}" : $"a {what}";
}
