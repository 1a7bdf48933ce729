using System.Security.Cryptography;
using System.Text;

namespace Glovebox.Jobs.Deliveries;

/// <summary>
/// Signs webhooks: HMAC-SHA256 (RFC 2104, FIPS 180-4) over the timestamp, a dot and the body, in lower-case hexadecimal. The timestamp is part of
/// it, so that a recorded call cannot be played again later.
/// </summary>
public static class Signature
{
    /// <param name="timestamp">Unix seconds, as in the header.</param>
    /// <returns><c>sha256=</c> and 64 digits.</returns>
    public static string Of(string secret, string timestamp, string body) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{timestamp}.{body}")));
}
