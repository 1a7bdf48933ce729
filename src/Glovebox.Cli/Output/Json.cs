using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Glovebox.Api.Access;
using Glovebox.Api.Doctor;
using Glovebox.Api.Environments;
using Glovebox.Api.Experiments;
using Glovebox.Api.Functions;
using Glovebox.Api.Jobs;
using Glovebox.Api.Runs;
using Glovebox.Api.Sharing;
using Glovebox.Api.Snapshots;
using Glovebox.Api.Storage;
using Glovebox.Cli.Functions;
using Glovebox.Cli.Jobs;

namespace Glovebox.Cli.Output;

/// <summary>
/// The records that <c>--json</c> prints: camelCase, absent values as null (one shape always), times in UTC, UTF-8. The serializer is
/// generated at build time: nothing is looked up at start.
/// </summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Run))]
[JsonSerializable(typeof(IReadOnlyList<Run>))]
[JsonSerializable(typeof(IReadOnlyList<RunOutput>))]
[JsonSerializable(typeof(RerunResult))]
[JsonSerializable(typeof(RunDiff))]
[JsonSerializable(typeof(Snapshot))]
[JsonSerializable(typeof(IReadOnlyList<Snapshot>))]
[JsonSerializable(typeof(CreatedSnapshot))]
[JsonSerializable(typeof(CheckoutResult))]
[JsonSerializable(typeof(ProjectStatus))]
[JsonSerializable(typeof(SnapshotDiff))]
[JsonSerializable(typeof(IReadOnlyList<ComparedRun>))]
[JsonSerializable(typeof(SweepResult))]
[JsonSerializable(typeof(BisectResult))]
[JsonSerializable(typeof(EnvironmentDetails))]
[JsonSerializable(typeof(IReadOnlyList<EnvironmentSummary>))]
[JsonSerializable(typeof(ImageSummary))]
[JsonSerializable(typeof(IReadOnlyList<ImageSummary>))]
[JsonSerializable(typeof(IReadOnlyList<CheckResult>))]
[JsonSerializable(typeof(GcReport))]
[JsonSerializable(typeof(VerificationReport))]
[JsonSerializable(typeof(Job))]
[JsonSerializable(typeof(IReadOnlyList<Job>))]
[JsonSerializable(typeof(JobDetails))]
[JsonSerializable(typeof(JobExecution))]
[JsonSerializable(typeof(SubmittedJob))]
[JsonSerializable(typeof(JobTask))]
[JsonSerializable(typeof(IReadOnlyList<JobTask>))]
[JsonSerializable(typeof(QueueStatus))]
[JsonSerializable(typeof(IReadOnlyList<DateTimeOffset>))]
[JsonSerializable(typeof(FunctionRuntime))]
[JsonSerializable(typeof(IReadOnlyList<FunctionRuntime>))]
[JsonSerializable(typeof(Function))]
[JsonSerializable(typeof(IReadOnlyList<Function>))]
[JsonSerializable(typeof(IReadOnlyList<FunctionAlias>))]
[JsonSerializable(typeof(FunctionDetails))]
[JsonSerializable(typeof(Deployment))]
[JsonSerializable(typeof(FunctionStats))]
[JsonSerializable(typeof(Call))]
[JsonSerializable(typeof(IReadOnlyList<Call>))]
[JsonSerializable(typeof(CreatedToken))]
[JsonSerializable(typeof(IReadOnlyList<TokenSummary>))]
[JsonSerializable(typeof(IReadOnlyList<RemoteSummary>))]
[JsonSerializable(typeof(TransferReport))]
[JsonSerializable(typeof(ExportReport))]
[JsonSerializable(typeof(HistoryReport))]
internal sealed partial class Json : JsonSerializerContext
{
    public static void Print<T>(Screen screen, T value)
    {
        screen.Flush();
        // Quotes, '<' and letters of every script are left as they are: this is a terminal or a program, not a web page.
        var readable = new Json(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        var bytes = JsonSerializer.SerializeToUtf8Bytes(value, (JsonTypeInfo<T>)readable.GetTypeInfo(typeof(T))!);
        screen.OutputBytes.Write(bytes);
        screen.OutputBytes.Write("\n"u8);
    }
}
