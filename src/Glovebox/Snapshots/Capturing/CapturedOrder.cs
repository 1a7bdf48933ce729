namespace Glovebox.Snapshots.Capturing;

/// <summary>Puts what was captured into the byte order of its paths.</summary>
internal static class CapturedOrder
{
    /// <summary>
    /// A folder's name and what is below it have two places in the order ("a", "a-b", "a/x"), so it stands twice among its sisters: as its
    /// name, and as its name with a slash. Sorting each folder by itself is then sorting the whole.
    /// </summary>
    public static void Collect(CapturedFolder top, List<TreeEntry> entries, List<CachedFile> remembered)
    {
        var open = new Stack<(CapturedFolder Folder, List<Place> Order, int Next)>();
        open.Push((top, Sort(top), 0));
        while (open.TryPop(out var at))
        {
            var (folder, order, next) = at;
            for (; next < order.Count; next++)
            {
                ref var item = ref folder.Items[order[next].Item];
                if (order[next].Below)
                {
                    open.Push((folder, order, next + 1));
                    open.Push((item.Folder!, Sort(item.Folder!), 0));
                    break;
                }
                entries.Add(item.Entry!);
                if (item.Remembered != 0) remembered.Add(new CachedFile(item.Remembered, item.State, item.Entry!.Blob!.Value));
            }
        }
    }

    private static List<Place> Sort(CapturedFolder folder)
    {
        var order = new List<Place>(folder.Items.Length + 8);
        for (var i = 0; i < folder.Items.Length; i++)
        {
            ref var item = ref folder.Items[i];
            if (item.Entry is null || item.Folder is { IgnoresItself: true }) continue;
            order.Add(new Place(item.Name, i, Below: false));
            if (item.Folder is { Items.Length: > 0 }) order.Add(new Place([.. item.Name, (byte)'/'], i, Below: true));
        }
        order.Sort(static (left, right) => left.Key.AsSpan().SequenceCompareTo(right.Key));
        return order;
    }

    private readonly record struct Place(byte[] Key, int Item, bool Below);
}
