using Glovebox.Cli.Output;

namespace Glovebox.Cli;

/// <summary>Everything a verb may touch of the world outside it.</summary>
/// <param name="Directory">Where the user stands.</param>
/// <param name="Variable">The caller's environment.</param>
/// <param name="Interrupts">Ctrl-C and its kind.</param>
internal sealed record CommandContext(
    IFeatures Features, Screen Screen, TimeProvider Clock, string Directory, Func<string, string?> Variable, Interrupts Interrupts);
