using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Glovebox.Tests.EndToEnd.Harness;

/// <summary>What a finished process left.</summary>
internal sealed record Ended(int ExitCode, byte[] OutputBytes, byte[] ErrorBytes)
{
    public string Output => Encoding.UTF8.GetString(OutputBytes);

    public string Error => Encoding.UTF8.GetString(ErrorBytes);

    /// <summary>Standard output as JSON; fails with everything printed when it is none.</summary>
    public JsonNode Json
    {
        get
        {
            try
            {
                return JsonNode.Parse(OutputBytes)!;
            }
            catch (JsonException error)
            {
                throw new InvalidOperationException($"no JSON on stdout ({error.Message}); exit {ExitCode}\nstdout: {Output}\nstderr: {Error}", error);
            }
        }
    }

    /// <summary>Fails with everything printed unless the code is as wanted.</summary>
    public Ended Exits(int code)
    {
        if (ExitCode != code) throw new InvalidOperationException($"exit {ExitCode} instead of {code}\nstdout: {Output}\nstderr: {Error}");
        return this;
    }
}
