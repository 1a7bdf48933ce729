[assembly: AssemblyFixture(typeof(Glovebox.Tests.Conformance.Stores.PostgresCluster))]
