using Glovebox.Api.Doctor;
using Glovebox.Api.Environments;
using Glovebox.Api.Runs;
using Glovebox.Api.Storage;
using Glovebox.Backends.Native;
using Glovebox.Backends.Oci;
using Glovebox.Blobs;
using Glovebox.Cli.Runs;
using Glovebox.Distributions.Git;
using Glovebox.Execution;
using Glovebox.Garbage;
using Glovebox.Home;
using Glovebox.Runs;
using Glovebox.Snapshots;
using Glovebox.Storage.Sqlite;
using Glovebox.Storage.Sqlite.Runs;

namespace Glovebox.Cli;

/// <summary>The composition root: the one place that names concrete backends, stores and distributions.</summary>
internal sealed class Composition(GloveboxHome home) : IFeatures
{
    private static readonly TimeProvider Time = TimeProvider.System;

    private readonly Lazy<IRuns> _runs;
}
