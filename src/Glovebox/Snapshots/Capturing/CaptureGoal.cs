using Glovebox.Blobs;
using Microsoft.Win32.SafeHandles;

namespace Glovebox.Snapshots.Capturing;

/// <summary>What a capture does with content.</summary>
/// <param name="Take">Reads an open file from its start and says what it held; the path is for messages.</param>
/// <param name="Has">True when content that the cache knows need not be taken again.</param>
internal sealed record CaptureGoal(Func<SafeFileHandle, string, StoredBlob> Take, Func<BlobId, bool> Has);
