using System.Text;
using System.Text.Json.Nodes;

namespace Glovebox.Tests.EndToEnd.Harness;

/// <summary>A project folder and a home of the test's own, gone when it ends.</summary>
public class Place : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("glovebox-e2e-").FullName;

    public Place()
    {
        Project = Path.Combine(_folder, "project");
        Directory.CreateDirectory(Project);
        Glovebox = new Product(Path.Combine(_folder, "home"));
    }

    /// <summary>The project's root.</summary>
    protected string Project { get; }

    internal Product Glovebox { get; set; }

    /// <summary>A folder that is neither the project nor the home.</summary>
    protected string Elsewhere
    {
        get
        {
            var path = Path.Combine(_folder, "elsewhere");
            Directory.CreateDirectory(path);
            return path;
        }
    }

    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes a file of the project.</summary>
    protected string Write(string path, string content)
    {
        var full = Path.Combine(Project, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, content);
        return full;
    }

    protected string Read(string path) => File.ReadAllText(Path.Combine(Project, path));

    protected bool Has(string path) => Path.Exists(Path.Combine(Project, path));

    internal Task<Ended> RunAsync(params string[] arguments) => Glovebox.RunAsync(Project, arguments);

    /// <summary>Runs a shell script of the project in a box on the host's environment, and returns its record.</summary>
    internal async Task<JsonNode> RecordAsync(string script, params string[] options)
    {
        Write("script.sh", script);
        var ended = await Glovebox.RunAsync(Project, ["run", "--json", .. options, "script.sh"]);
        return ended.Json;
    }

    internal async Task<string> IdOfAsync(string script, params string[] options) => (string)(await RecordAsync(script, options))["id"]!;

    internal static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected virtual void Dispose(bool disposing)
    {
        if (Directory.Exists(_folder)) Directory.Delete(_folder, recursive: true);
    }
}
