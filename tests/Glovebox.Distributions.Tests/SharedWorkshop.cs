using Glovebox.Distributions;

namespace Glovebox.Tests.Distributions;

/// <summary>
/// One home for all tests that build on debian:bookworm, so that its base is bootstrapped once, and another one that knows nothing of it.
/// Wheels made here are offered as a directory that the user's own pip settings name.
/// </summary>
public sealed class SharedWorkshop : IDisposable
{
    private readonly Lazy<Workshop> _other;

    public SharedWorkshop()
    {
        Wheels = Directory.CreateTempSubdirectory("glovebox-wheels-").FullName;
        WheelMaker.Make(Wheels, "planet", "1.0", "NAME = 'Mars'\n", requires: "moon");
        WheelMaker.Make(Wheels, "planet", "2.0", "NAME = 'Venus'\n");
        WheelMaker.Make(Wheels, "moon", "1.0", "NAME = 'Phobos'\n");
        var machine = HostSettings.OfThisProcess();
        // Proxies, certificates and npm's registry are the machine's; of pip's settings none but the test's own.
        var variables = machine.Variables.Where(pair => !pair.Key.StartsWith("PIP_", StringComparison.Ordinal)).ToDictionary();
        variables["PIP_NO_INDEX"] = "1";
        variables["PIP_FIND_LINKS"] = Wheels;
        variables["PIP_TARGET"] = "/nowhere";
        variables["NPM_CONFIG_USERCONFIG"] = machine.Variable("NPM_CONFIG_USERCONFIG") ?? Path.Combine(machine.Home, ".npmrc");
        var settings = new HostSettings(variables, Wheels, Wheels);
        Workshop = new Workshop(settings);
        _other = new Lazy<Workshop>(() => new Workshop(settings));
    }

    public string Wheels { get; }

    internal Workshop Workshop { get; }

    internal Workshop Other => _other.Value;

    public void Dispose()
    {
        Workshop.Dispose();
        if (_other.IsValueCreated) Other.Dispose();
        Directory.Delete(Wheels, recursive: true);
    }
}

[CollectionDefinition(Name)]
public sealed class SharedWorkshopTests : ICollectionFixture<SharedWorkshop>
{
    public const string Name = "one base";
}
