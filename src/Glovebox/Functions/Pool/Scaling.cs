namespace Glovebox.Functions.Pool;

/// <summary>How many instances waiting calls are worth.</summary>
internal static class Scaling
{
    /// <summary>Instances to start now, beside those that are starting already.</summary>
    /// <param name="waiting">Calls in the queue.</param>
    /// <param name="ready">Instances that take calls.</param>
    /// <param name="run">Seconds of a usual call; null when none has ended yet.</param>
    /// <param name="start">Seconds of a usual start.</param>
    /// <param name="stalled">The queue was never empty for longer than a start takes.</param>
    public static int Needed(int waiting, int ready, int starting, int concurrency, double? run, double start, bool stalled)
    {
        if (waiting == 0) return 0;
        // Never more than one for each call: those that start will take some.
        var most = (waiting + concurrency - 1) / concurrency - starting;
        if (most <= 0) return 0;
        if (run is not { } seconds) return most;
        // As many as serve the queue within the time that a start takes: for a queue that is empty sooner, starting comes too late.
        var worth = (int)Math.Ceiling(waiting * seconds / (start * concurrency)) - ready - starting;
        if (ready + starting == 0) worth = Math.Max(worth, 1);
        if (stalled && starting == 0) worth = Math.Max(worth, 1);
        return Math.Clamp(worth, 0, most);
    }
}
