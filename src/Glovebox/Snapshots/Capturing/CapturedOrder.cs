namespace Glovebox.Snapshots.Capturing;

/// <summary>Goes through what was captured in the byte order of its paths.</summary>
internal static class CapturedOrder
{
    /// <summary>
    /// A folder's name and what is below it have two places in the order ("a", "a-b", "a/x"), so it stands twice among its sisters: as its
    /// name, and as its name with a slash. Sorting each folder by itself is then sorting the whole.
    /// </summary>
    public static void Collect(CapturedFolder top, Action<CapturedItem> collect)
    {
        var open = new Stack<Listing>();
        open.Push(new Listing(top));
        while (open.TryPeek(out var listing))
        {
            if (!listing.TryNext(out var place)) open.Pop();
            else if (place.Below) open.Push(new Listing(place.Item.Folder!));
            else collect(place.Item);
        }
    }

    private sealed class Listing
    {
        private readonly List<Place> _order;
        private int _next;

        public Listing(CapturedFolder folder)
        {
            _order = new List<Place>(folder.Items.Length + 8);
            foreach (var item in folder.Items)
            {
                if (item.Entry is null || item.Folder is { IgnoresItself: true }) continue;
                _order.Add(new Place(item.Name, item, Below: false));
                if (item.Folder is { Items.Length: > 0 }) _order.Add(new Place([.. item.Name, (byte)'/'], item, Below: true));
            }
            _order.Sort(Place.Order);
        }

        public bool TryNext(out Place place)
        {
            place = _next < _order.Count ? _order[_next++] : null!;
            return place is not null;
        }
    }

    // Classes, here and in what is walked: lists of our own structs would be compiled anew at each start.
    private sealed record Place(byte[] Key, CapturedItem Item, bool Below)
    {
        public static readonly Comparison<Place> Order = static (left, right) => Compare(left.Key, right.Key);

        private static int Compare(byte[] left, byte[] right)
        {
            for (var i = 0; i < left.Length && i < right.Length; i++)
            {
                if (left[i] != right[i]) return left[i] - right[i];
            }
            return left.Length - right.Length;
        }
    }
}
