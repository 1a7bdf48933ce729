using Glovebox.Api;
using Glovebox.Api.Doctor;
using Glovebox.Api.Environments;
using Glovebox.Api.Runs;
using Glovebox.Api.Storage;
using Glovebox.Home;

namespace Glovebox.Cli;

/// <summary>The composition root: the one place that names concrete backends, stores and distributions.</summary>
internal sealed class Composition(GloveboxHome home) : IFeatures
{
    public IRuns Runs => throw NotYet("runs");
    public IEnvironments Environments => throw NotYet("environments");
    public IImages Images => throw NotYet("images");
    public IGarbage Garbage => throw NotYet("gc");

    public IReadOnlyList<ICheck> Checks => Doctor.Checks.Of(home);

    private static RefusalException NotYet(string feature) => RefusalException.Unable($"{feature}: not in this build yet");
}
