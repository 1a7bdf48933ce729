using Glovebox.Api.Execution;
using Glovebox.Api.Jobs;
using Glovebox.Jobs.Deliveries;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Jobs.Deliveries;

public sealed class AnnouncementsTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(ExecutionState.Succeeded, "succeeds finishes")]
    [InlineData(ExecutionState.Failed, "fails finishes")]
    [InlineData(ExecutionState.TimedOut, "fails finishes")]
    [InlineData(ExecutionState.Cancelled, "fails finishes")]
    [InlineData(ExecutionState.Expired, "fails finishes")]
    [InlineData(ExecutionState.Lost, "fails finishes")]
    public void Every_end_but_success_fires_fails_and_every_end_finishes(ExecutionState state, string fired)
    {
        var deliveries = Of(state, new OutcomeTargets<string>(["s@x"], ["f@x"], ["e@x"]), new OutcomeTargets<Webhook>([Hook("s")], [Hook("f")], [Hook("e")]));
        Assert.Equal(fired.Split(' '), deliveries.Where(d => d.Kind == "webhook").Select(d => d.On));
        Assert.Equal(fired.Split(' '), deliveries.Where(d => d.Kind == "mail").Select(d => d.On));
        Assert.Equal(deliveries.Count, deliveries.Select(d => d.Id).Distinct().Count());
    }

    [Fact]
    public void An_address_in_two_lists_gets_one_mail() =>
        Assert.Single(Of(ExecutionState.Failed, new OutcomeTargets<string>([], ["a@x"], ["A@x"]), new OutcomeTargets<Webhook>()));

    [Fact]
    public void A_mail_says_what_happened()
    {
        var mail = Assert.Single(Of(ExecutionState.TimedOut, new OutcomeTargets<string>([], ["a@x"], []), new OutcomeTargets<Webhook>()));
        Assert.Equal("train: timed out (job j)", mail.Headers["Subject"]);
        Assert.Contains("glovebox job logs j", mail.Body);
        Assert.DoesNotContain("hunter2", mail.Body);
    }

    private static Webhook Hook(string name) => new($"http://h/{name}", new Dictionary<string, string>());

    private static IReadOnlyList<NewDelivery> Of(ExecutionState state, OutcomeTargets<string> notify, OutcomeTargets<Webhook> webhooks)
    {
        var spec = new JobSpec { Image = "i", Command = ["c"], Notify = notify, Webhooks = webhooks, Variables = new Dictionary<string, string> { ["A_TOKEN"] = "hunter2" } };
        var job = new Job { Id = "j", Task = "train", Status = JobState.Failed, Spec = spec, CreatedAt = Now, ModifiedAt = Now };
        return Announcements.Of(new Notice(job, new JobExecution { Id = "e", JobId = "j", Task = "train", Status = state, CreatedAt = Now, AvailableAt = Now }), Now);
    }
}
