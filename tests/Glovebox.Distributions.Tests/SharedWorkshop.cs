namespace Glovebox.Tests.Distributions;

/// <summary>One home for all tests that build on debian:bookworm: its base is bootstrapped once.</summary>
public sealed class SharedWorkshop : IDisposable
{
    internal Workshop Workshop { get; } = new();

    public void Dispose() => Workshop.Dispose();
}

[CollectionDefinition(Name)]
public sealed class SharedWorkshopTests : ICollectionFixture<SharedWorkshop>
{
    public const string Name = "one base";
}
