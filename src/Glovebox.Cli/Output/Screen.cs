using System.Text;

namespace Glovebox.Cli.Output;

/// <summary>Standard output and error, and what is known of the terminals behind them.</summary>
/// <param name="output">Data. Bytes go out as they are.</param>
/// <param name="error">Everything that is not data.</param>
/// <param name="outputWidth">Columns of the terminal at standard output; null when it is none.</param>
/// <param name="errorWidth">Columns of the terminal at standard error; null when it is none.</param>
/// <param name="colour">The user did not forbid styles.</param>
internal sealed class Screen(Stream output, Stream error, int? outputWidth, int? errorWidth, bool colour) : IDisposable
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private StreamWriter? _out;

    public Stream OutputBytes => output;
    public Stream ErrorBytes => error;
    public int? OutputWidth => outputWidth;
    public int? ErrorWidth => errorWidth;

    /// <summary>Buffered; <see cref="Flush"/> sends it.</summary>
    public TextWriter Out => _out ??= new StreamWriter(output, Utf8, 4096);


    public Style OutStyle => new(outputWidth is not null && colour);
    public Style ErrorStyle => new(errorWidth is not null && colour);

    public void Complain(string message) => Tell($"{ErrorStyle.Bad("glovebox:")} {message}\n");

    /// <summary>Text for standard error, sent at once. Where nobody reads it, work goes on: exit codes and records still tell.</summary>
    public void Tell(string text)
    {
        try
        {
            error.Write(Utf8.GetBytes(text));
        }
        catch (IOException)
        {
            // See above.
        }
    }

    public void Flush() => _out?.Flush();

    /// <summary>What could not be flushed was reported when that was tried.</summary>
    public void Dispose()
    {
        try
        {
            _out?.Dispose();
        }
        catch (IOException)
        {
            // Reported already, and there is nowhere left to report it.
        }
    }

    public static Screen OfProcess() => new(
        new StandardStream(1), new StandardStream(2), TerminalSize.Columns(1), TerminalSize.Columns(2),
        string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
        && Environment.GetEnvironmentVariable("TERM") is not ("dumb" or "" or null));
}
