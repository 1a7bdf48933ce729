using System.Net;
using System.Net.Mail;
using System.Text;
using Glovebox.Jobs.Stores;

namespace Glovebox.Jobs.Deliveries;

/// <summary>Sends mail by SMTP.</summary>
internal sealed class MailSender(MailSettings? settings, TimeProvider time)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task<Attempt> SendAsync(NewDelivery delivery, CancellationToken cancellation)
    {
        if (settings is null) return new Attempt(null, "this server sends no mail: its settings name no mail server", Repeat: false);
        using var late = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellation);
        try
        {
            using var client = new SmtpClient(settings.Host, settings.Port) { EnableSsl = settings.StartTls };
            if (settings.User is not null) client.Credentials = new NetworkCredential(settings.User, settings.Password);
            using var message = new MailMessage(settings.From, delivery.Target)
            {
                Subject = delivery.Headers.GetValueOrDefault(Announcements.Subject),
                SubjectEncoding = Encoding.UTF8,
                Body = delivery.Body,
                BodyEncoding = Encoding.UTF8,
            };
            // A receiver that gets it twice can tell.
            message.Headers.Add("Message-ID", $"<{delivery.Id}@glovebox>");
            await client.SendMailAsync(message, either.Token);
            return new Attempt(250, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new Attempt(null, $"the mail server did not finish within {Patience.TotalSeconds} s");
        }
        catch (FormatException e)
        {
            return new Attempt(null, $"from {settings.From}: {e.Message}", Repeat: false);
        }
        catch (SmtpException e)
        {
            var code = (int)e.StatusCode;
            // 5xx is the server's last word (RFC 5321, 4.2.1).
            return new Attempt(code > 0 ? code : null, e.InnerException is { } inner ? $"{e.Message} {inner.Message}" : e.Message, code is < 500 or > 599);
        }
    }
}
