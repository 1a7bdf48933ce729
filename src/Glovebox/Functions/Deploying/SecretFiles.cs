using System.Text.Json;
using Glovebox.Api.Functions;
using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Functions.Deploying;

/// <summary>Values of secrets, a file a version, readable to the owner alone: they are in no database and in no record.</summary>
internal sealed class SecretFiles(GloveboxHome home)
{
    public const string Mask = "***";

    private const int OwnersAlone = 0x180;

    private string Root => Path.Combine(home.Functions, "secrets");

    public void Write(string function, int version, IReadOnlyDictionary<string, string> secrets)
    {
        if (secrets.Count == 0) return;
        Directory.CreateDirectory(Root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        AtomicFile.Write(
            PathOf(function, version), JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(secrets), FunctionsJson.Default.DictionaryStringString),
            OwnersAlone, durable: true);
    }

    public IReadOnlyDictionary<string, string> Read(string function, int version) => File.Exists(PathOf(function, version))
        ? JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(function, version)), FunctionsJson.Default.DictionaryStringString)!
        : new Dictionary<string, string>();

    public void Remove(string function)
    {
        if (!Directory.Exists(Root)) return;
        foreach (var path in Directory.EnumerateFiles(Root, $"{function}@*.json")) File.Delete(path);
    }

    public void Remove(string function, int version)
    {
        if (File.Exists(PathOf(function, version))) File.Delete(PathOf(function, version));
    }

    private string PathOf(string function, int version) => Path.Combine(Root, $"{function}@{version}.json");
}
