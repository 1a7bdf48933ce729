using System.Runtime.InteropServices;

namespace Glovebox.Cli;

/// <summary>
/// Turns the wish to end (Ctrl-C, TERM, a closed terminal, a reader that went away) into a token. The second Ctrl-C ends this
/// process at once.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private const int Sigint = 2, Sigterm = 15, Sighup = 1, Sigpipe = 13;

    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signal;

    public CancellationToken Token => _source.Token;

    /// <summary>What a shell reports of a program that a signal ended; null when nothing asked for the end.</summary>
    public int? ExitCode => _signal == 0 ? null : 128 + _signal;

    public static Interrupts Listening()
    {
        var interrupts = new Interrupts();
        interrupts.Register(PosixSignal.SIGINT, Sigint);
        interrupts.Register(PosixSignal.SIGTERM, Sigterm);
        interrupts.Register(PosixSignal.SIGHUP, Sighup);
        return interrupts;
    }

    /// <summary>Whoever read our output has gone: there is nobody left to work for.</summary>
    public void ReaderGone() => Raise(Sigpipe);

    internal void Raise(int signal)
    {
        if (Interlocked.CompareExchange(ref _signal, signal, 0) == 0) _ = _source.CancelAsync();
        else if (signal == Sigint) Environment.Exit(128 + Sigint);
    }

    private void Register(PosixSignal signal, int number) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            Raise(number);
        }));

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _source.Dispose();
    }
}
