using System.Text.Json.Serialization;
using Glovebox.Api.Jobs;

namespace Glovebox.Api.Functions;

/// <summary>The one JSON form of these records: on the wire, in the stores and on standard output. camelCase; absent values are left out.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(Times.UtcTimeConverter)])]
[JsonSerializable(typeof(RuntimeSpec))]
[JsonSerializable(typeof(FunctionRuntime))]
[JsonSerializable(typeof(IReadOnlyList<FunctionRuntime>))]
[JsonSerializable(typeof(FunctionSpec))]
[JsonSerializable(typeof(Function))]
[JsonSerializable(typeof(IReadOnlyList<Function>))]
[JsonSerializable(typeof(FunctionVersion))]
[JsonSerializable(typeof(IReadOnlyList<FunctionVersion>))]
[JsonSerializable(typeof(IReadOnlyList<FunctionAlias>))]
[JsonSerializable(typeof(FunctionAlias))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(FunctionStats))]
[JsonSerializable(typeof(Call))]
[JsonSerializable(typeof(Page<Call>))]
[JsonSerializable(typeof(CallbackBody))]
[JsonSerializable(typeof(Dictionary<string, string>))]
public sealed partial class FunctionsJson : JsonSerializerContext;
