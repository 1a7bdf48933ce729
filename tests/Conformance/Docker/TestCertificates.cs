using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Glovebox.Backends.Docker;

namespace Glovebox.Tests.Conformance.Docker;

/// <summary>An authority of the tests' own, and what it signed for an engine and its client.</summary>
internal sealed record TestCertificates(int Port, DockerTls Client, string[] DaemonOptions)
{
    public static TestCertificates Make(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        using var authority = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        var authorityFile = Path.Combine(folder, "ca.pem");
        File.WriteAllText(authorityFile, authority.ExportCertificatePem());
        var (engine, engineKey) = Sign(folder, "engine", authority, "1.3.6.1.5.5.7.3.1");
        var (client, clientKey) = Sign(folder, "client", authority, "1.3.6.1.5.5.7.3.2");
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        return new TestCertificates(port, new DockerTls(authorityFile, client, clientKey),
        [
            "--host", string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{port}"), "--tlsverify", "--tlscacert", authorityFile,
            "--tlscert", engine, "--tlskey", engineKey,
        ]);
    }

    private static (string Certificate, string Key) Sign(string folder, string name, X509Certificate2 authority, string use)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(use)], critical: false));
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(authority, new DateTimeOffset(authority.NotBefore), new DateTimeOffset(authority.NotAfter), RandomNumberGenerator.GetBytes(8));
        var (file, keyFile) = (Path.Combine(folder, name + ".pem"), Path.Combine(folder, name + "-key.pem"));
        File.WriteAllText(file, certificate.ExportCertificatePem());
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
        return (file, keyFile);
    }
}
