"""Where a container gets folders to write to."""

import posixpath
from collections.abc import Iterable

WRITABLE = ("/work", "/home", "/tmp")
"""What every container has: whatever is named below them can be made there."""

MAX_MOUNT_POINTS = 8
"""Mount points besides those. A homework names one folder or two; each costs a mount."""

MAX_INODES = 4096
"""Files and folders in each: a run writes a few dozen, a program gone wild is stopped."""

RESERVED = (
    *("/proc", "/sys", "/dev", "/etc", "/boot", "/nix", "/opt/grader"),
    *("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32"),
    *("/usr/libexec", "/usr/local/bin", "/usr/local/sbin", "/usr/local/lib"),
    "/usr/local/lib64",
)
"""What the system, Python and the agent are made of."""

MOUNT_DEPTH = {"/usr": 3, "/usr/local": 3, "/var": 2, "/run": 2, "/opt": 2}
"""How many steps below the root a mount point is, where an image has something to lose
above. Elsewhere it is one: ``/root`` of an official image lets no other user through, and
nothing is in ``/mnt``, ``/srv``, ``/Users`` or ``/data``."""


def mount_points(folders: Iterable[str]) -> tuple[str, ...]:
    """The mount points that make each of the absolute ``folders`` writable, where it may be.

    None lies within another, none at, above or below what is :data:`RESERVED`. Relative folders
    are left to who starts the program.
    """
    found: dict[str, None] = {}
    for folder in folders:
        point = _mount_point(folder)
        if point is not None:
            found[point] = None
    return tuple(found)[:MAX_MOUNT_POINTS]


def _mount_point(folder: str) -> str | None:
    if not folder.startswith("/") or not folder.isprintable():
        return None
    try:
        folder.encode()
    except UnicodeEncodeError:
        return None
    # Two leading slashes mean something of their own in POSIX, and nothing in Linux.
    parts = [part for part in posixpath.normpath(folder).split("/") if part]
    if not parts or any(len(part.encode()) > 255 for part in parts):
        return None
    depth = MOUNT_DEPTH.get("/" + parts[0], 1)
    point = "/" + "/".join(parts[:depth])
    if len(parts) < depth or point in MOUNT_DEPTH or point in WRITABLE:
        return None
    return None if any(_overlap(point, taken) for taken in RESERVED) else point


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(other + "/") or other.startswith(one + "/")


def mount_options(points: Iterable[str], size: int, *, inodes: bool = True) -> dict[str, str]:
    """What is to be mounted where, as tmpfs, and its options: :data:`WRITABLE`, and ``points``.

    Args:
        points: as :func:`mount_points` finds them.
        size: bytes in each of those that every container has, and in all others together: what
            is in them is memory, and a program names as many as it likes.
        inodes: whether to limit the number of files and folders, too.
    """
    points = tuple(points)
    sizes = {**dict.fromkeys(points, size // max(1, len(points))), **dict.fromkeys(WRITABLE, size)}
    limit = f",nr_inodes={MAX_INODES}" if inodes else ""
    modes = {**dict.fromkeys((*WRITABLE, *points), "0755"), "/tmp": "1777"}
    return {
        point: f"rw,nosuid,nodev,noexec,size={sizes[point]}{limit},mode={mode}"
        for point, mode in modes.items()
    }
