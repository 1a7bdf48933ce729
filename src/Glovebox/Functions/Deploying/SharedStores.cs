using Glovebox.Files;
using Glovebox.Home;

namespace Glovebox.Functions.Deploying;

/// <summary>
/// The stores, beside the home's own, that functions were deployed into from this home: a line each. Their code lies here, and only they know
/// which of it is needed.
/// </summary>
internal sealed class SharedStores(GloveboxHome home)
{
    private string Place => Path.Combine(home.Functions, "stores");

    public IReadOnlyList<string> List() => File.Exists(Place) ? File.ReadAllLines(Place) : [];

    /// <param name="identity">See <see cref="Jobs.Stores.IJobStore.IdentifyAsync"/>.</param>
    public void Note(string identity)
    {
        if (List().Contains(identity)) return;
        Directory.CreateDirectory(home.Functions);
        AtomicFile.Write(Place, System.Text.Encoding.UTF8.GetBytes(string.Join('\n', List().Append(identity)) + "\n"), durable: true);
    }
}
