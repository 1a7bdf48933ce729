using Glovebox.Api;
using Glovebox.Api.Environments;
using Glovebox.Environments.Building;
using Glovebox.Environments.Host;
using Glovebox.Environments.Locks;
using Glovebox.Images;

namespace Glovebox.Environments;

/// <summary>Environments between two recorded ones: the one with some packages of the other.</summary>
public interface IEnvironmentMixtures
{
    /// <summary>
    /// In what the second differs from the first, piece by piece; empty where no mixture can be made: of the host's own system, or of unlike
    /// builds.
    /// </summary>
    /// <param name="good">A lock's digest, <c>sha256:…</c>.</param>
    IReadOnlyList<EnvironmentChange> Changes(string good, string bad);

    /// <summary>
    /// The first with some changes of the second, as a lock that is kept and can be built. Whether its packages go together, only building tells.
    /// </summary>
    /// <param name="chosen">Numbers of <see cref="Changes"/>.</param>
    /// <returns>The lock's digest.</returns>
    string Mix(string good, string bad, IReadOnlyList<int> chosen);
}

/// <param name="Kind"><c>package</c>, <c>variable</c>, or <c>environment</c> for a step of its build, its user or its working directory.</param>
/// <param name="Good">Null when it is not there.</param>
public sealed record EnvironmentChange(string Kind, string Name, string? Good, string? Bad);

/// <summary>Mixes locks, which say everything that is built.</summary>
public sealed class EnvironmentMixtures(EnvironmentStore store) : IEnvironmentMixtures
{
    private sealed record Edit(EnvironmentChange Change, Func<EnvironmentLock, EnvironmentLock> Apply);

    public IReadOnlyList<EnvironmentChange> Changes(string good, string bad) =>
        Find(good) is { } a && Find(bad) is { } b ? [.. Edits(a, b).Select(edit => edit.Change)] : [];

    public string Mix(string good, string bad, IReadOnlyList<int> chosen)
    {
        if (Find(good) is not { } mixture || Find(bad) is not { } other) throw RefusalException.NotFound($"environment {good} or {bad} is not known in this home");
        var edits = Edits(mixture, other);
        foreach (var number in chosen) mixture = edits[number].Apply(mixture);
        mixture = mixture with { Steps = [.. mixture.Steps.Where(step => !IsEmpty(step))] };
        store.Put(mixture);
        return mixture.Digest.ToString();
    }

    private EnvironmentLock? Find(string digest) => Digest.Parse(digest) is { } known ? store.Get(known) : null;

    private static List<Edit> Edits(EnvironmentLock a, EnvironmentLock b)
    {
        if (IsHost(a) || IsHost(b) || a.Architecture != b.Architecture || Aligned(a, b) is not { } places) return [];
        var edits = new List<Edit>();
        for (var i = 0; i < places.Count; i++) AddStep(edits, i, places[i].A, places[i].B);
        foreach (var name in a.Variables.Keys.Union(b.Variables.Keys).Order(StringComparer.Ordinal))
        {
            var (from, to) = (a.Variables.GetValueOrDefault(name), b.Variables.GetValueOrDefault(name));
            if (from != to) edits.Add(new Edit(new EnvironmentChange("variable", name, from, to), mixed => mixed with { Variables = With(mixed.Variables, name, to) }));
        }

        if (a.User != b.User) edits.Add(new Edit(new EnvironmentChange("environment", "user", a.User, b.User), mixed => mixed with { User = b.User }));
        if (a.WorkingDirectory != b.WorkingDirectory)
            edits.Add(new Edit(
                new EnvironmentChange("environment", "workdir", a.WorkingDirectory, b.WorkingDirectory), mixed => mixed with { WorkingDirectory = b.WorkingDirectory }));
        // Steps that only one of them has are in every mixture, empty, until something comes into them.
        return [.. edits.Select(edit => edit with { Apply = mixed => edit.Apply(Spread(mixed, places)) })];
    }

    private static void AddStep(List<Edit> edits, int place, LockedStep a, LockedStep b)
    {
        if (LockJson.Canonical(a).AsSpan().SequenceEqual(LockJson.Canonical(b))) return;
        if (!HasPackages(a) && !HasPackages(b))
        {
            edits.Add(new Edit(
                new EnvironmentChange("environment", $"{b.Kind} step", IsEmpty(a) ? null : EnvironmentBuilder.Title(a), IsEmpty(b) ? null : EnvironmentBuilder.Title(b)),
                mixed => mixed with { Steps = At(mixed.Steps, place, _ => b) }));
            return;
        }

        foreach (var name in a.Packages.Concat(b.Packages).Select(NameOf).Distinct().Order(StringComparer.Ordinal))
        {
            var (from, to) = (a.Packages.FirstOrDefault(p => NameOf(p) == name), b.Packages.FirstOrDefault(p => NameOf(p) == name));
            if (from == to) continue;
            edits.Add(new Edit(
                new EnvironmentChange("package", name, from?.Version, to?.Version),
                mixed => mixed with { Steps = At(mixed.Steps, place, step => With(step, name, to, b)) }));
        }
    }

    /// <summary>The steps of both beside each other, an empty one where one of them has none; null when their orders contradict each other.</summary>
    private static List<(LockedStep A, LockedStep B)>? Aligned(EnvironmentLock a, EnvironmentLock b)
    {
        var places = new List<(LockedStep, LockedStep)>();
        var (left, right) = (new Queue<LockedStep>(a.Steps), new Queue<LockedStep>(b.Steps));
        while (left.TryPeek(out var one) | right.TryPeek(out var other))
        {
            if (one?.Kind == other?.Kind) places.Add((left.Dequeue(), right.Dequeue()));
            else if (one is not null && right.All(step => step.Kind != one.Kind)) places.Add((left.Dequeue(), new LockedStep { Kind = one.Kind }));
            else if (other is not null && left.All(step => step.Kind != other.Kind)) places.Add((new LockedStep { Kind = other.Kind }, right.Dequeue()));
            else return null;
        }

        return places;
    }

    private static EnvironmentLock Spread(EnvironmentLock mixed, List<(LockedStep A, LockedStep B)> places) =>
        mixed.Steps.Count == places.Count ? mixed : mixed with { Steps = [.. places.Select(place => place.A)] };

    private static LockedStep With(LockedStep step, string name, LockedPackage? package, LockedStep bad)
    {
        var old = step.Packages.Where(p => NameOf(p) == name).Select(p => p.Digest).ToHashSet(StringComparer.Ordinal);
        LockedPackage[] packages = [.. step.Packages.Where(p => NameOf(p) != name), .. package is null ? Array.Empty<LockedPackage>() : [package]];
        // A wheel is its package's by its content.
        var files = step.Files.Where(file => !old.Contains(file.Content?.ToString()))
            .Concat(bad.Files.Where(file => package?.Digest is { } digest && file.Content?.ToString() == digest));
        return step with
        {
            Arguments = [.. step.Arguments.Union(bad.Arguments).Where(argument => packages.Length > 0)],
            Packages = DpkgStatus.Sort(packages),
            Files = [.. files.OrderBy(file => file.Path, StringComparer.Ordinal)],
        };
    }

    private static List<LockedStep> At(IReadOnlyList<LockedStep> steps, int place, Func<LockedStep, LockedStep> change) =>
        [.. steps.Select((step, i) => i == place ? change(step) : step)];

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> variables, string name, string? value)
    {
        var all = variables.ToDictionary();
        all.Remove(name);
        if (value is not null) all[name] = value;
        return all;
    }

    private static bool IsHost(EnvironmentLock one) => one.Steps is [{ Kind: HostEnvironment.Kind }];

    // Packages of npm stand in a tree of their own, which is taken whole.
    private static bool HasPackages(LockedStep step) => step.Packages.Count > 0 && step.Kind is "apt" or "pip";

    private static bool IsEmpty(LockedStep step) => step is { Arguments.Count: 0, Result: null, Packages.Count: 0, Files.Count: 0 };

    private static string NameOf(LockedPackage package) =>
        $"{package.Distribution}/{package.Name}" + (package.Architecture is null or "all" or "amd64" or "arm64" ? "" : ":" + package.Architecture);
}
