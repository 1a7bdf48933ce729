using System.Text;
using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Deliveries;

/// <summary>From the end of an execution to what is sent because of it.</summary>
internal static class Announcements
{
    public const string Webhook = "webhook";
    public const string Mail = "mail";
    public const string Call = "function";
    public const string Subject = "Subject";

    private const int MailRetries = 8, CallRetries = 10;

    /// <summary>
    /// Any final state but success fires <c>fails</c>; every one fires <c>finishes</c>. A mail address gets one mail, however many lists it is in.
    /// </summary>
    public static IReadOnlyList<NewDelivery> Of(Notice notice, DateTimeOffset now)
    {
        var (job, execution) = notice;
        var succeeded = execution.Status == ExecutionState.Succeeded;
        var told = succeeded ? "succeeds" : "fails";
        var webhooks = succeeded ? job.Spec.Webhooks.Succeeds : job.Spec.Webhooks.Fails;
        var addresses = succeeded ? job.Spec.Notify.Succeeds : job.Spec.Notify.Fails;
        return
        [
            .. webhooks.Select(hook => OfWebhook(notice, hook, told, now)),
            .. job.Spec.Webhooks.Finishes.Select(hook => OfWebhook(notice, hook, "finishes", now)),
            .. addresses.Select(address => (Address: address, On: told))
                .Concat(job.Spec.Notify.Finishes.Select(address => (Address: address, On: "finishes")))
                .DistinctBy(mail => mail.Address, StringComparer.OrdinalIgnoreCase)
                .Select(mail => OfMail(notice, mail.Address, mail.On, now)),
            .. succeeded && job.Spec.OnSuccess is { } trigger
                ? (NewDelivery[])[OfWebhook(notice, new Webhook(trigger.Function, new Dictionary<string, string>(), CallRetries), "succeeds", now) with { Kind = Call }]
                : [],
        ];
    }

    private static NewDelivery OfWebhook(Notice notice, Webhook hook, string on, DateTimeOffset now)
    {
        var (job, execution) = notice;
        var id = JobIds.New(now);
        var summary = new WebhookJob(job.Id, job.Task, job.Status, job.Spec.Key, job.Spec.Environment, job.Spec.Image, job.Spec.Command, job.CreatedAt);
        var body = new WebhookBody(on, id, summary, execution, job.Spec.Metadata);
        return new NewDelivery(
            id, job.Id, execution.Id, Webhook, hook.Url, on, hook.Headers, JsonSerializer.Serialize(body, JobsJson.Default.WebhookBody), hook.Retries);
    }

    private static NewDelivery OfMail(Notice notice, string address, string on, DateTimeOffset now)
    {
        var (job, execution) = notice;
        var state = WireWords.Of(execution.Status);
        var headers = new Dictionary<string, string> { [Subject] = $"{job.Task}: {state.Replace('_', ' ')} (job {job.Id})" };
        return new NewDelivery(JobIds.New(now), job.Id, execution.Id, Mail, address, on, headers, Text(job, execution), MailRetries);
    }

    private static string Text(Job job, JobExecution execution)
    {
        var text = new StringBuilder();
        Line("task", job.Task);
        Line("job", job.Id);
        Line("execution", $"{execution.Id} (attempt {execution.Attempt})");
        Line("status", WireWords.Of(execution.Status));
        Line("failure", execution.FailureClass is { } failure ? WireWords.Of(failure) : null);
        Line("exit code", execution.ExitCode?.ToString());
        Line("reason", execution.Error);
        Line("command", string.Join(' ', job.Spec.Command));
        Line("image", job.Spec.Image ?? job.Spec.Environment);
        Line("started", execution.StartedAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'"));
        Line("finished", execution.FinishedAt?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'"));
        text.Append($"\nIts log: glovebox job logs {job.Id}\n");
        return text.ToString();

        void Line(string name, string? value)
        {
            if (value is not null) text.Append($"{name,-10} {value}\n");
        }
    }
}
