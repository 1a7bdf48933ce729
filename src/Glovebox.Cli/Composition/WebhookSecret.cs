using System.Security.Cryptography;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Cli.Composition;

/// <summary>What a home signs its webhooks with when the settings name nothing: made once and kept, so that a receiver can go on checking.</summary>
internal static class WebhookSecret
{
    private const int Bytes = 32;

    public static string Of(GloveboxHome home)
    {
        var path = Path.Combine(home.Root, "webhook.secret");
        if (!File.Exists(path)) AtomicFile.Write(path, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)), AtomicFile.OwnerAlone, durable: true);
        return File.ReadAllText(path).Trim();
    }
}
