using Glovebox.Api;
using Glovebox.Api.Access;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Specs;
using Glovebox.Server.Http;
using Microsoft.AspNetCore.Http;

namespace Glovebox.Server.Jobs;

/// <summary><c>/v1/jobs</c>, and the submit below its task.</summary>
internal sealed class JobEndpoints(IJobs jobs, TimeProvider clock)
{
    public const string IdempotencyKey = "Idempotency-Key";

    private const string One = "/v1/jobs/{id}";
    private const TokenRole Reader = TokenRole.Reader, Operator = TokenRole.Operator;

    private static readonly Parameter Keyed = new(IdempotencyKey, "string", "a repeated submit with this key returns the first one's job; kept for a day");

    public IEnumerable<Route> Routes() =>
    [
        new("POST", "/v1/tasks/{task}/jobs", Operator, "Submit a job; 200 instead of 201 when an earlier one stands for it", SubmitAsync)
        {
            Body = typeof(JobSpec), Reply = typeof(SubmittedJob), Status = StatusCodes.Status201Created,
            Also = (StatusCodes.Status200OK, "an earlier job stands for it"), Headers = [Keyed],
        },
        new("PUT", "/v1/tasks/{task}/jobs/{id}", Operator, "Submit a job with a UUID of your choice, or change it", PutAsync)
        {
            Body = typeof(JobSpec), Reply = typeof(SubmittedJob), Also = (StatusCodes.Status201Created, "it was not there before"),
            Headers =
            [
                new("If-Match", "string", "refused (412) unless the job has this ETag"), new("If-None-Match", "string", "'*': refused (412) when there is such a job"),
                Keyed,
            ],
        },
        new("GET", "/v1/jobs", Reader, "List jobs, newest first", ListAsync)
        {
            Reply = typeof(Page<Job>),
            Query =
            [
                Parameters.Task, new("status", "string", StateWords.JobStates),
                new("q", "string", "a condition, as in 'glovebox job ls --where': status=failed and metadata.owner~ann"),
                new("scheduled", "boolean", "only with (true) or without (false) a schedule"), Parameters.Cursor, Parameters.Limit,
            ],
        },
        new("GET", One, Reader, "Show a job", ShowAsync) { Reply = typeof(Job) },
        new("DELETE", One, Operator, "Forget a finished job with its logs", RemoveAsync) { Status = StatusCodes.Status204NoContent },
        new("POST", $"{One}/cancel", Operator, "End what runs, drop what waits, stop the schedule", CancelAsync) { Reply = typeof(Job) },
        new("POST", $"{One}/retry", Operator, "Add one execution now; a running one is cancelled first", RetryAsync)
        {
            Reply = typeof(JobExecution), Status = StatusCodes.Status201Created,
        },
        new("GET", $"{One}/executions", Reader, "List a job's executions, newest first", ListExecutionsAsync)
        {
            Reply = typeof(Page<JobExecution>), Query = [new("status", "string", "only in this state"), Parameters.Cursor, Parameters.Limit],
        },
    ];

    private Task SubmitAsync(HttpContext http) =>
        AcceptAsync(http, new Ask(http).Part("task"), new SubmitOptions(Key(http), RequestAddress: Caller.Address(http)));

    private Task PutAsync(HttpContext http)
    {
        var ask = new Ask(http);
        if (!Guid.TryParseExact(ask.Part("id"), "D", out var id))
            throw RefusalException.Bad($"id '{ask.Part("id")}': not a UUID. Give one such as 0193e5a0-5b1c-7cc3-98c4-dc0c0c07398f");
        var replace = http.Request.Headers.IfNoneMatch != "*";
        return AcceptAsync(http, ask.Part("task"), new SubmitOptions(Key(http), id.ToString(), replace, Caller.Address(http), EntityTag.Wanted(http.Request)));
    }

    private async Task AcceptAsync(HttpContext http, string task, SubmitOptions options)
    {
        var spec = JobSpecReader.Read(await Body.ReadJsonAsync(http), clock.GetUtcNow());
        var submitted = await jobs.SubmitAsync(task, spec, options, http.RequestAborted);
        http.Response.Headers.Location = $"/v1/jobs/{submitted.Job.Id}";
        Reply.Tag(http, submitted.Job.Version);
        await Reply.JsonAsync(http, submitted, JobsJson.Default.SubmittedJob, submitted.Created ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private async Task ListAsync(HttpContext http)
    {
        var ask = new Ask(http);
        var status = ask.Text("status") is { } word ? StateWords.ParseJobState("status", word) : (JobState?)null;
        var filter = new JobFilter(ask.Text("task"), status, ask.Text("q"), ask.Choice("scheduled"), ask.Text("cursor"), ask.Limit());
        await Reply.JsonAsync(http, await jobs.ListAsync(filter, http.RequestAborted), JobsJson.Default.PageJob);
    }

    private async Task ShowAsync(HttpContext http)
    {
        var job = await jobs.ShowAsync(Id(http), http.RequestAborted);
        Reply.Tag(http, job.Version);
        await Reply.JsonAsync(http, job, JobsJson.Default.Job);
    }

    private async Task RemoveAsync(HttpContext http)
    {
        await jobs.RemoveAsync(Id(http), http.RequestAborted);
        Reply.NoContent(http);
    }

    private async Task CancelAsync(HttpContext http) =>
        await Reply.JsonAsync(http, await jobs.CancelAsync(Id(http), http.RequestAborted), JobsJson.Default.Job);

    private async Task RetryAsync(HttpContext http)
    {
        var execution = await jobs.RetryAsync(Id(http), http.RequestAborted);
        http.Response.Headers.Location = $"/v1/executions/{execution.Id}";
        await Reply.JsonAsync(http, execution, JobsJson.Default.JobExecution, StatusCodes.Status201Created);
    }

    private async Task ListExecutionsAsync(HttpContext http)
    {
        var ask = new Ask(http);
        var job = await jobs.ShowAsync(ask.Part("id"), http.RequestAborted);
        var filter = new ExecutionFilter(job.Id, null, ask.Text("status"), ask.Text("cursor"), ask.Limit());
        await Reply.JsonAsync(http, await jobs.ListExecutionsAsync(filter, http.RequestAborted), JobsJson.Default.PageJobExecution);
    }

    private static string? Key(HttpContext http) => http.Request.Headers[IdempotencyKey].ToString() is { Length: > 0 } key ? key : null;
    private static string Id(HttpContext http) => new Ask(http).Part("id");
}
