using Glovebox.Environments.Locks;
using Glovebox.Images;
using Glovebox.Projects;

namespace Glovebox.Environments;

/// <summary>An environment of a project with what is known of it before anything is done.</summary>
/// <param name="Locked">What <c>glovebox.lock</c> says; null when it does not name the environment.</param>
/// <param name="Known">The digest of the lock that is to be used; null while nothing is resolved.</param>
internal sealed record ResolvedEnvironment(Project Project, EnvironmentSpec Spec, SpecParts Parts, EnvironmentLock? Locked, Digest? Known);
