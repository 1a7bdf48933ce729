namespace Glovebox.Execution;

/// <summary>What root may do inside a box. Nothing of it reaches outside the box's own namespaces.</summary>
public enum BoxPrivileges
{
    /// <summary>No capabilities at all: a run.</summary>
    None,

    /// <summary>
    /// What a package manager needs to install into the box's own root: chown, dac_override, fowner, fsetid, kill, mknod, setfcap,
    /// setgid, setuid, setpcap, sys_chroot. Set-user-id programs work (no no_new_privs). Only steps of an environment's build have it.
    /// </summary>
    Build,
}
