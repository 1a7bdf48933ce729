using System.Text;
using Glovebox.Cli.CommandLine;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Tests;

/// <summary>Runs command lines in this process against fake features, and keeps what they print.</summary>
internal sealed class Cli : IDisposable
{
    private readonly MemoryStream _output = new();
    private readonly MemoryStream _error = new();

    public FakeFeatures Features { get; } = new();
    public FakeClock Clock { get; } = new();
    public Interrupts Interrupts { get; } = new();
    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Columns of the terminal at both outputs; null for none.</summary>
    public int? Width { get; set; }

    public Stream? OutputStream { get; set; }
    public string Output => Encoding.UTF8.GetString(_output.ToArray());
    public byte[] OutputBytes => _output.ToArray();
    public string Error => Encoding.UTF8.GetString(_error.ToArray());

    public int Run(params string[] args)
    {
        using var screen = new Screen(OutputStream ?? _output, _error, Width, Width, colour: false);
        return Entry.Run(args, new CommandContext(Features, screen, Clock, "/here", Variables.GetValueOrDefault, Interrupts));
    }

    public void Dispose() => Interrupts.Dispose();
}
