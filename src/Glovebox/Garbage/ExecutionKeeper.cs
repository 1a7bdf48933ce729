using Glovebox.Home;
using Glovebox.Jobs.Nodes;

namespace Glovebox.Garbage;

/// <summary>The environments that boxes of jobs run in now.</summary>
public sealed class ExecutionKeeper(GloveboxHome home) : IKeeper
{
    public Task KeepAsync(Kept kept, CancellationToken cancellation)
    {
        foreach (var (_, environment, image) in OpenExecutions.Needs(home))
        {
            kept.Environments.Add(environment);
            kept.Images.Add(image);
        }

        return Task.CompletedTask;
    }
}
