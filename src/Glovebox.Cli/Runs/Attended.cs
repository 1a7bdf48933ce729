using Glovebox.Api.Environments;
using Glovebox.Api.Runs;
using Glovebox.Cli.Output;

namespace Glovebox.Cli.Runs;

/// <summary>A run in the foreground: its bytes to standard output and error, its progress, and the ways it may be broken off.</summary>
internal sealed class Attended : IDisposable
{
    private readonly CommandContext _context;
    private readonly CommandOutput? _output;
    private readonly CommandOutput? _error;
    private readonly BuildDisplay? _display;
    private readonly CancellationTokenRegistration _notice;

    /// <param name="silent">The command's bytes go to its log alone.</param>
    /// <param name="input">The command reads our standard input.</param>
    public Attended(CommandContext context, bool silent, bool quiet, bool input = true)
    {
        _context = context;
        var screen = context.Screen;
        if (!silent)
        {
            screen.Flush();
            _output = new CommandOutput(screen.OutputBytes, context.Interrupts);
            _error = new CommandOutput(screen.ErrorBytes, context.Interrupts);
        }

        Streams = new RunStreams(_output, _error, input);
        _display = quiet ? null : new BuildDisplay(screen, context.Clock);
        Progress = _display is null ? new NoDisplay() : _display;
        if (screen.ErrorWidth is not null)
            _notice = context.Interrupts.Token.Register(() => screen.Complain("ending the command (Ctrl-C again: at once)"));
    }

    public RunStreams Streams { get; }
    public IProgress<BuildProgress> Progress { get; }

    /// <summary>The run is over: takes the live line away and says what was lost on the way to the screen.</summary>
    public void End()
    {
        _notice.Dispose();
        _display?.Dispose();
        if (Lost is { } lost) _context.Screen.Complain($"{lost.Message}. The run's log has every byte: glovebox runs logs");
    }

    public int ExitCode(Run run)
    {
        var code = Cli.ExitCode.Of(run, _context.Interrupts.ExitCode);
        return code == 0 && Lost is not null ? Cli.ExitCode.Unable : code;
    }

    private IOException? Lost => (_output?.Failure ?? _error?.Failure) is { } failure and not BrokenPipeException ? failure : null;

    public void Dispose()
    {
        _notice.Dispose();
        _display?.Dispose();
        _output?.Dispose();
        _error?.Dispose();
    }
}
