namespace Glovebox.Jobs.Deliveries;

/// <summary>How a server tells the outside.</summary>
/// <param name="Secret">Signs webhooks; the same on every node.</param>
/// <param name="Mail">Null: it sends no mail.</param>
public sealed record DeliverySettings(string Secret, MailSettings? Mail = null)
{
    /// <summary>For logs: without the secret.</summary>
    public override string ToString() => $"webhooks signed, mail {(Mail is null ? "off" : $"by {Mail}")}";
}

/// <summary>The mail server that takes our mail.</summary>
/// <param name="Port">25 between servers, 587 for submission.</param>
/// <param name="From">The sender's address.</param>
/// <param name="User">Null: it is not asked for a name.</param>
/// <param name="StartTls">The connection is encrypted before anything is said, and the server's certificate checked.</param>
public sealed record MailSettings(string Host, int Port, string From, string? User = null, string? Password = null, bool StartTls = true)
{
    /// <summary>For logs: without the password.</summary>
    public override string ToString() => $"{Host}:{Port}";
}
