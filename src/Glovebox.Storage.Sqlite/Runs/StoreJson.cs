using System.Text.Json.Serialization;
using Glovebox.Api.Runs;
using Glovebox.Api.Snapshots;

namespace Glovebox.Storage.Sqlite.Runs;

/// <summary>How records are written in the database; the names are those of the API's JSON, which conditions refer to.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Run))]
[JsonSerializable(typeof(Snapshot))]
internal sealed partial class StoreJson : JsonSerializerContext;
