using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Glovebox.Jobs.Deliveries;
using Glovebox.Jobs.Stores;

namespace Glovebox.Tests.Jobs.Deliveries;

public sealed class SendersTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public async Task A_webhook_is_signed_over_its_time_and_body()
    {
        await using var receiver = new WebhookReceiver();
        using var sender = new WebhookSender("s3cret", _clock);
        var headers = new Dictionary<string, string> { ["X-Team"] = "a", ["Content-Type"] = "text/evil", ["Glovebox-Signature"] = "forged", ["Content-Language"] = "de" };
        Assert.Equal(new Attempt(204, null), await sender.SendAsync(Delivery(receiver.Url + "hook", headers), JobSite.Cancellation));
        var call = await receiver.NextAsync(JobSite.Cancellation);
        Assert.Equal(("POST", "/hook", "{\"ü\":1}"), (call.Method, call.Path, call.Body));
        Assert.Equal(("application/json; charset=utf-8", "fails", "d1", "a", "de"),
            (call.Headers["Content-Type"], call.Headers["Glovebox-Event"], call.Headers["Glovebox-Delivery"], call.Headers["X-Team"], call.Headers["Content-Language"]));
        var timestamp = _clock.GetUtcNow().ToUnixTimeSeconds().ToString();
        Assert.Equal(timestamp, call.Headers["Glovebox-Timestamp"]);

        // As a receiver verifies it.
        using var hmac = new HMACSHA256("s3cret"u8.ToArray());
        var expected = Convert.ToHexString(hmac.ComputeHash(Encoding.UTF8.GetBytes(timestamp + "." + call.Body))).ToLowerInvariant();
        Assert.Equal("sha256=" + expected, call.Headers["Glovebox-Signature"]);
    }

    /// <summary>Computed with openssl: printf '1700000000.{}' | openssl dgst -sha256 -hmac key.</summary>
    [Fact]
    public void The_signature_is_what_other_programs_compute() =>
        Assert.Equal("sha256=9d713ed406bb7076d4123f0dc2c39d2df5c654ed4b0cd56b52c8b4c940bd63ae", Signature.Of("key", "1700000000", "{}"));

    [Theory]
    [InlineData(200, true)]
    [InlineData(302, false)]
    [InlineData(404, false)]
    [InlineData(500, false)]
    public async Task A_status_decides(int status, bool arrived)
    {
        await using var receiver = new WebhookReceiver(_ => status);
        using var sender = new WebhookSender("s", _clock);
        var attempt = await sender.SendAsync(Delivery(receiver.Url), JobSite.Cancellation);
        Assert.Equal((status, arrived, true), (attempt.Code, attempt.Error is null, attempt.Repeat));
    }

    [Fact]
    public async Task A_receiver_that_says_nothing_is_given_up_after_ten_seconds()
    {
        await using var receiver = new WebhookReceiver(_ => -200);
        using var sender = new WebhookSender("s", _clock);
        var sending = sender.SendAsync(Delivery(receiver.Url), JobSite.Cancellation);
        await receiver.NextAsync(JobSite.Cancellation);
        Assert.False(sending.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("no reply within 10 s", (await sending).Error);
    }

    [Fact]
    public async Task Nobody_there_is_a_failed_attempt()
    {
        using var sender = new WebhookSender("s", _clock);
        var attempt = await sender.SendAsync(Delivery($"http://127.0.0.1:{WebhookReceiver.FreePort()}/"), JobSite.Cancellation);
        Assert.Null(attempt.Code);
        Assert.Contains("refused", attempt.Error);
    }

    [Fact]
    public async Task A_certificate_that_nobody_vouches_for_is_refused()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var certificate = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var serving = ServeTlsAsync(listener, certificate);
        using var sender = new WebhookSender("s", _clock);
        var attempt = await sender.SendAsync(Delivery($"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}/"), JobSite.Cancellation);
        Assert.Null(attempt.Code);
        Assert.Contains("certificate", attempt.Error);
        Assert.Equal(0, await serving);
    }

    [Fact]
    public async Task A_mail_has_its_parts()
    {
        await using var receiver = new MailReceiver();
        var sender = new MailSender(new MailSettings("127.0.0.1", receiver.Port, "glovebox@example.org", StartTls: false), _clock);
        var delivery = Delivery("ada@example.org", new Dictionary<string, string> { ["Subject"] = "train: failed" }) with { Kind = "mail", Body = "status failed\n.\nend" };
        Assert.Equal(new Attempt(250, null), await sender.SendAsync(delivery, JobSite.Cancellation));
        var mail = await receiver.NextAsync(JobSite.Cancellation);
        Assert.Contains("<glovebox@example.org>", mail.From);
        Assert.Contains("<ada@example.org>", mail.To);
        Assert.Contains("Subject: train: failed", mail.Text);
        Assert.Contains("Message-ID: <d1@glovebox>", mail.Text);
    }

    [Fact]
    public async Task Without_encryption_nothing_is_said_when_it_was_asked_for()
    {
        await using var receiver = new MailReceiver();
        var settings = new MailSettings("127.0.0.1", receiver.Port, "glovebox@example.org", "user", "hunter2");
        var attempt = await new MailSender(settings, _clock).SendAsync(Delivery("ada@example.org") with { Kind = "mail" }, JobSite.Cancellation);
        Assert.NotNull(attempt.Error);
        Assert.DoesNotContain(receiver.Commands, command => command.StartsWith("MAIL", StringComparison.Ordinal) || command.StartsWith("AUTH", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter2", attempt.Error + settings + new DeliverySettings("s3cret", settings));
        Assert.DoesNotContain("s3cret", new DeliverySettings("s3cret").ToString());
    }

    [Theory]
    [InlineData("550 no such user", 550, false)]
    [InlineData("451 later", 451, true)]
    public async Task The_mail_servers_word_decides_whether_it_is_tried_again(string reply, int code, bool repeat)
    {
        await using var receiver = new MailReceiver(reply);
        var sender = new MailSender(new MailSettings("127.0.0.1", receiver.Port, "glovebox@example.org", StartTls: false), _clock);
        var attempt = await sender.SendAsync(Delivery("nobody@example.org") with { Kind = "mail" }, JobSite.Cancellation);
        Assert.Equal((code, repeat), (attempt.Code, attempt.Repeat));
        Assert.NotNull(attempt.Error);
    }

    [Fact]
    public async Task A_server_without_mail_says_so()
    {
        var attempt = await new MailSender(null, _clock).SendAsync(Delivery("a@b"), JobSite.Cancellation);
        Assert.False(attempt.Repeat);
        Assert.Contains("no mail", attempt.Error);
    }

    /// <returns>Bytes of a request that came through.</returns>
    private static async Task<int> ServeTlsAsync(TcpListener listener, X509Certificate2 certificate)
    {
        using var client = await listener.AcceptTcpClientAsync();
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsServerAsync(certificate);
            return await tls.ReadAsync(new byte[100]);
        }
        catch (Exception e) when (e is System.Security.Authentication.AuthenticationException or IOException)
        {
            return 0;
        }
    }

    private static NewDelivery Delivery(string target, IReadOnlyDictionary<string, string>? headers = null) =>
        new("d1", "j", "e", "webhook", target, "fails", headers ?? new Dictionary<string, string>(), "{\"ü\":1}", 3);
}
