namespace Glovebox.Jobs.Deliveries;

/// <summary>What came of sending.</summary>
/// <param name="Code">HTTP status or SMTP reply, if there was one.</param>
/// <param name="Error">Null when it arrived.</param>
/// <param name="Repeat">False when another attempt would fail the same way.</param>
internal sealed record Attempt(int? Code, string? Error, bool Repeat = true);
