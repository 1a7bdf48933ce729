using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Glovebox.Api;

namespace Glovebox.Backends.Docker.Engine;

/// <summary>TLS as Docker uses it: both sides show a certificate, signed by an authority of one's own.</summary>
internal static class EngineTls
{
    /// <exception cref="RefusalException">A file cannot be read.</exception>
    public static SslClientAuthenticationOptions Options(DockerTls tls, EngineAddress address)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = address.Host };
        if (tls.Certificate is not null) options.ClientCertificates = [Read(tls.Certificate, () => X509Certificate2.CreateFromPemFile(tls.Certificate, tls.Key))];
        if (tls.Authority is not null)
        {
            var authority = Read(tls.Authority, () =>
            {
                var read = new X509Certificate2Collection();
                read.ImportFromPemFile(tls.Authority);
                return read;
            });
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(authority);
        }
        return options;
    }

    private static T Read<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw RefusalException.Bad($"The TLS file '{path}' cannot be used: {e.Message} Name a PEM file (and its key) that this user may read.");
        }
    }
}
