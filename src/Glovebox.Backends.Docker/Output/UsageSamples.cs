using System.Text.Json;
using Glovebox.Api.Execution;
using Glovebox.Backends.Docker.Engine;

namespace Glovebox.Backends.Docker.Output;

/// <summary>
/// What a container uses, once a second for as long as it runs: an engine keeps no account of a container that has ended. So the figures are
/// those of the last sample, up to a second before the end; of a shorter command there are none.
/// </summary>
internal sealed class UsageSamples(EngineClient engine, bool podman, TimeProvider time)
{
    private const double Nanoseconds = 1e9;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long? _cpu;
    private long? _peak;

    public ResourceUsage Usage => new(_cpu / Nanoseconds, _peak);

    /// <summary>Takes samples until the container ends or <paramref name="over"/> fires. Never throws for want of them.</summary>
    public async Task TakeAsync(string container, CancellationToken over)
    {
        try
        {
            // Podman's stream has a sample every five seconds.
            while (podman)
            {
                Take(await engine.GetAsync($"/containers/{container}/stats?stream=0", EngineJson.Default.Sample, over).ConfigureAwait(false));
                await Task.Delay(Interval, time, over).ConfigureAwait(false);
            }
            var samples = await engine.OpenAsync(HttpMethod.Get, $"/containers/{container}/stats?stream=1", over).ConfigureAwait(false);
            await using var _ = samples.ConfigureAwait(false);
            await foreach (var sample in JsonSerializer.DeserializeAsyncEnumerable(samples, EngineJson.Default.Sample, topLevelValues: true, over).ConfigureAwait(false))
                Take(sample);
        }
        catch (Exception e) when (e is EngineException or IOException or JsonException or OperationCanceledException or HttpRequestException)
        {
            // What was measured so far stands; a job does not fail because it could not be measured.
        }
    }

    private void Take(Sample? sample)
    {
        // A container that has just ended is sampled as zero.
        if (sample?.Cpu?.Usage is not { Total: > 0 } cpu) return;
        _cpu = Math.Max(_cpu ?? 0, (long)cpu.Total);
        if (sample.Memory is not { } memory) return;
        var peak = podman ? memory.Usage : Math.Max(memory.Usage, memory.Peak);
        if (peak > 0) _peak = Math.Max(_peak ?? 0, (long)peak);
    }
}
