namespace Glovebox.Execution;

/// <summary>
/// The log of an execution, in the CRI log format that conmon writes too: lines of
/// <c>RFC3339-time SP (stdout|stderr) SP (F|P) SP bytes LF</c>. <c>F</c> stands for bytes that ended in a line feed, <c>P</c> for bytes
/// that did not (the line goes on, or the stream ended). So every byte can be had back, invalid UTF-8 included.
/// Format: the CRI logging specification of Kubernetes (design proposal "CRI: Dockershim and container logs").
/// </summary>
public static partial class ExecutionLog
{
}
