using System.Text.Json.Serialization;
using Glovebox.Execution;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>What has a JSON form in the database alone.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(InstanceHandle))]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class HandleJson : JsonSerializerContext;
