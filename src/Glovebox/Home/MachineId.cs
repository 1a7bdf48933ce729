using Glovebox.Files;

namespace Glovebox.Home;

/// <summary>What tells this home, and so the machine that it is on, from those of other nodes of a store. Made when it is first asked for.</summary>
public static class MachineId
{
    public static string Of(GloveboxHome home)
    {
        if (!File.Exists(home.Machine))
        {
            Directory.CreateDirectory(home.Root);
            // Two first nodes at once: both link, one is first, both read the same.
            var mine = home.Machine + "." + Guid.NewGuid().ToString("N");
            AtomicFile.Write(mine, Guid.NewGuid().ToString(), durable: true);
            try
            {
                File.Move(mine, home.Machine, overwrite: false);
            }
            catch (IOException) when (File.Exists(home.Machine))
            {
                File.Delete(mine);
            }
        }
        return File.ReadAllText(home.Machine).Trim();
    }
}
