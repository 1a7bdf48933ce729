using Glovebox.Api.Jobs;
using Glovebox.Masking;

namespace Glovebox.Jobs;

/// <summary>Jobs as others than the server see them.</summary>
internal static class JobMasking
{
    public static Job Hide(Job job) => job with
    {
        Spec = job.Spec with { Variables = MaskedNames.Hide(job.Spec.Variables), Webhooks = Hide(job.Spec.Webhooks) },
    };

    private static OutcomeTargets<Webhook> Hide(OutcomeTargets<Webhook> webhooks) =>
        webhooks.IsEmpty ? webhooks : new OutcomeTargets<Webhook>(Hide(webhooks.Succeeds), Hide(webhooks.Fails), Hide(webhooks.Finishes));

    private static IReadOnlyList<Webhook> Hide(IReadOnlyList<Webhook> webhooks) =>
        [.. webhooks.Select(webhook => webhook with { Headers = MaskedNames.HideHeaders(webhook.Headers) })];
}
