using System.Net.Mail;
using Glovebox.Api.Jobs;
using Glovebox.Masking;

namespace Glovebox.Jobs.Specs;

/// <summary>Whom a job tells of its end.</summary>
internal static class OutcomeChecks
{
    private const int Most = 20;
    private const string TokenSigns = "!#$%&'*+-.^_`|~";

    public static void Check(JobSpec spec, FieldRules rules)
    {
        Each("notify", spec.Notify, rules, (path, address) => CheckAddress(path, address, rules));
        Each("webhooks", spec.Webhooks, rules, (path, webhook) => CheckWebhook(path, webhook, rules));
    }

    private static void Each<T>(string field, OutcomeTargets<T> targets, FieldRules rules, Action<string, T> check)
    {
        foreach (var (on, list) in new[] { ("succeeds", targets.Succeeds), ("fails", targets.Fails), ("finishes", targets.Finishes) })
        {
            rules.That(list.Count <= Most, $"{field}.{on}", $"more than {Most}");
            for (var i = 0; i < list.Count; i++) check($"{field}.{on}[{i}]", list[i]);
        }
    }

    private static void CheckAddress(string path, string address, FieldRules rules)
    {
        rules.Text(path, address, 320);
        rules.That(MailAddress.TryCreate(address, out _) && !address.Any(char.IsControl), path, $"'{FieldRules.Cut(address)}' is not a mail address");
    }

    private static void CheckWebhook(string path, Webhook webhook, FieldRules rules)
    {
        rules.Text($"{path}.url", webhook.Url, 4000);
        rules.That(Uri.TryCreate(webhook.Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.Host.Length > 0, $"{path}.url",
            $"'{FieldRules.Cut(webhook.Url)}' is not an http or https URL");
        rules.Within($"{path}.retries", webhook.Retries, 0, 100);
        rules.That(webhook.Headers.Count <= 100, $"{path}.headers", "more than 100");
        foreach (var (name, value) in webhook.Headers)
        {
            var header = $"{path}.headers.{FieldRules.Cut(name)}";
            rules.That(name.Length is > 0 and <= 200 && name.All(c => char.IsAsciiLetterOrDigit(c) || TokenSigns.Contains(c)), header, "not the name of a header");
            rules.That(value.Length <= 8000 && value.All(c => c is '\t' or (>= ' ' and <= '~')), header, "a header's value is printable ASCII, up to 8000 characters");
            rules.That(value != MaskedNames.Mask || !MaskedNames.IsSecretHeader(name), header, "'***' stands for a secret that is not shown. Give its value");
        }
    }
}
