using Glovebox.Api.Access;

namespace Glovebox.Server.Access;

/// <summary>What an endpoint asks of its caller; null for nothing.</summary>
internal sealed record Needs(TokenRole? Role);
