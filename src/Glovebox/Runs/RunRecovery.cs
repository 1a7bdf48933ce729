using Glovebox.Api.Execution;
using Glovebox.Api.Runs;
using Glovebox.Execution;
using Glovebox.Home;

namespace Glovebox.Runs;

/// <summary>Finds runs whose process is gone and brings them to their end: adopted if their box lives or has ended, else lost.</summary>
internal sealed class RunRecovery(
    GloveboxHome home, IRunStore store, IReadOnlyList<IBackend> backends, RunFinisher finisher, TimeProvider time)
{
    /// <summary>One look at every open run. Those whose owner lives, and boxes that still run, are left alone.</summary>
    public async Task RecoverAsync(CancellationToken cancellation)
    {
        foreach (var open in await store.ListOpenAsync(cancellation))
        {
            var folder = new RunFolder(home, open.Run.Id);
            Directory.CreateDirectory(folder.Root);
            using var owner = RunOwner.Claim(folder);
            if (owner is not null) await RecoverAsync(open, waitForEnd: false, CancellationToken.None, cancellation);
        }
    }

    /// <summary>Waits for one run's end, whoever owns it, and makes sure that it is recorded.</summary>
    /// <param name="cancelRun">Ends the run when it fires.</param>
    public async Task WaitAsync(string id, CancellationToken cancelRun, CancellationToken cancellation)
    {
        var folder = new RunFolder(home, id);
        if (!Directory.Exists(folder.Root)) return;
        using var owner = await RunOwner.ClaimAsync(folder, time, cancellation);
        var open = (await store.ListOpenAsync(cancellation)).FirstOrDefault(o => o.Run.Id == id);
        if (open is null) return;
        await RecoverAsync(open, waitForEnd: true, cancelRun, cancellation);
    }

    private async Task RecoverAsync(OpenRun open, bool waitForEnd, CancellationToken cancelRun, CancellationToken cancellation)
    {
        // The list was read before the owner let go: only what the store says now counts.
        var run = (await store.ListOpenAsync(cancellation)).FirstOrDefault(o => o.Run.Id == open.Run.Id)?.Run;
        if (run is null) return;
        if (run.Status > ExecutionState.Running)
        {
            await finisher.ResumeAsync(run);
            return;
        }

        var backend = backends.First(b => b.Name == run.Backend);
        var instance = await backend.AdoptAsync(open.Handle, cancellation);
        if (instance is null)
        {
            await finisher.FinishAsync(run, Lost(run));
            return;
        }

        if (!instance.HasEnded && !waitForEnd) return;
        // Disposing a box ends it, and who only stops waiting must not: it is disposed when it is over.
        var outcome = await instance.WaitAsync(cancelRun).WaitAsync(cancellation);
        await instance.DisposeAsync();
        await finisher.FinishAsync(run, outcome);
    }

    private Outcome Lost(Run run) => new(
        ExecutionState.Lost, FailureClass.Lost, null, "the process that ran it died before the box started or while it ran",
        run.StartedAt, time.GetUtcNow() - run.StartedAt, new ResourceUsage(null, null));
}
