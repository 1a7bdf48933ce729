using Glovebox.Api.Runs;
using Glovebox.Images;
using Glovebox.Runs;

namespace Glovebox.Garbage;

/// <summary>The recorded runs that need an image.</summary>
public sealed class RunsOfImage(IRunStore store) : IImageUsers
{
    public async Task<IReadOnlyList<string>> RunsThatNeedAsync(string image, CancellationToken cancellation) =>
        [.. (await store.ListAsync(new RunFilter(), null, cancellation)).Where(run => run.Image == image).Select(run => run.Id)];
}
