using System.Text.Json.Serialization;

namespace Glovebox.Storage.Sql.Jobs;

/// <summary>Headers of deliveries, as the database keeps them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>))]
internal sealed partial class HeadersJson : JsonSerializerContext;
