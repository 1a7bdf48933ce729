using Glovebox.Api.Execution;
using Glovebox.Execution;

namespace Glovebox.Tests.Conformance.Suite;

/// <summary>What every backend does alike. A backend's own class derives from this and gives the backend; the parts are by subject.</summary>
public abstract partial class BackendSuite : IAsyncLifetime
{
    private readonly List<TestBox> _boxes = [];

    protected abstract IBackend Backend { get; }

    /// <summary>The image that holds this machine's programs, for a backend that runs images and nothing else.</summary>
    protected virtual NamedImage? Image => null;

    /// <summary>Variables that the backend adds to every command's own.</summary>
    protected virtual IReadOnlySet<string> AddedVariables { get; } = new HashSet<string>();

    /// <summary>Why this backend does not know what a short command used; null when it does.</summary>
    protected virtual string? BlindToUsage => null;

    /// <summary>How many more processes than allowed a box may have, because its runtime is counted too.</summary>
    protected virtual int SpareProcesses => 0;

    /// <summary>Why this backend cannot tell that a command ran out of memory; null when it can.</summary>
    protected virtual string? BlindToMemory => null;

    public virtual ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public virtual ValueTask DisposeAsync()
    {
        foreach (var box in _boxes) box.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    internal TestBox NewBox()
    {
        var box = new TestBox(Backend.Capabilities.Isolation, Image);
        lock (_boxes) _boxes.Add(box);
        return box;
    }

    protected async Task<IInstance> StartAsync(ExecutionRequest request)
    {
        var result = await Backend.StartAsync(request, TestContext.Current.CancellationToken);
        Assert.True(result.Failure is null, result.Failure?.Message);
        return result.Instance!;
    }

    protected async Task<Outcome> RunAsync(ExecutionRequest request)
    {
        await using var instance = await StartAsync(request);
        return await instance.WaitAsync(CancellationToken.None);
    }

    protected async Task<StartFailure> FailAsync(ExecutionRequest request)
    {
        var result = await Backend.StartAsync(request, TestContext.Current.CancellationToken);
        if (result.Instance is not null) await result.Instance.DisposeAsync();
        Assert.NotNull(result.Failure);
        return result.Failure;
    }

    /// <summary>Skips what is about roots made of directories, with a backend that takes images by name.</summary>
    protected void NeedsRoot() => Assert.SkipWhen(Backend.Capabilities.Images, $"The backend '{Backend.Name}' runs images by name: it is given no root.");

    protected void Needs(Func<BackendCapabilities, bool> capability, string what) =>
        Assert.SkipUnless(capability(Backend.Capabilities), $"The backend '{Backend.Name}' declares no {what}.");
}
