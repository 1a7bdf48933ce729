using Glovebox.Execution;

namespace Glovebox.Jobs.Placement;

/// <summary>Where an execution is to run.</summary>
/// <param name="Resource">Its name in records.</param>
/// <param name="Host">Null for the local one.</param>
internal sealed record Place(string Resource, IBackend Backend, Host? Host);

/// <summary>One of: a place; why there never will be one; what to wait for.</summary>
/// <param name="Full">The group whose hosts are all full, drained or away.</param>
internal sealed record Choice(Place? Place, string? Refusal, string? Full)
{
    public static Choice At(Place place) => new(place, null, null);
    public static Choice Refused(string reason) => new(null, reason, null);
    public static Choice Wait(string group) => new(null, null, group);
}
