namespace Glovebox.Api.Execution;

/// <summary>What an execution consumed.</summary>
/// <param name="CpuSeconds">User and system time of every process of the box, in seconds; null where it could not be measured.</param>
/// <param name="PeakMemoryBytes">Largest memory in use at once by the box, in bytes; null where it could not be measured.</param>
public sealed record ResourceUsage(double? CpuSeconds, long? PeakMemoryBytes);
