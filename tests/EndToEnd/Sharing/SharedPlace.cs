using System.Text.Json.Nodes;
using Glovebox.Tests.EndToEnd.Harness;

namespace Glovebox.Tests.EndToEnd.Sharing;

/// <summary>A place with a second home, as on another machine.</summary>
public abstract class SharedPlace : Place
{
    /// <summary>A script with inputs, outputs, a log and a metric; its outputs are always the same.</summary>
    protected const string Script = "cat data.txt > out.txt; mkdir -p d; head -c 6000000 /dev/zero | tr '\\0' a > d/big; echo '{\"acc\": 0.5}' > metrics.json; echo said";

    internal Product Other => new(Path.Combine(Elsewhere, "home"));

    /// <summary>A folder that may become a remote.</summary>
    protected string Remote => Path.Combine(Elsewhere, "remote");

    internal async Task<string> RecordedAsync(string data = "data")
    {
        Write("data.txt", data);
        return await IdOfAsync(Script, "-p", "lr=0.1");
    }

    internal Task<Ended> ThereAsync(params string[] arguments) => Other.RunAsync(Elsewhere, arguments);

    internal async Task<JsonArray> RunsThereAsync() => (await ThereAsync("runs", "ls", "--json")).Exits(0).Json.AsArray();

    internal static string Sha256(string text) => Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Bytes(text)));

    internal static void Overwrite(string path, string content)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllText(path, content);
    }
}
