"""The writable folders of a sandbox: tmpfs mount points and their options."""

import posixpath
from collections.abc import Iterable

WRITABLE = ("/work", "/home", "/tmp")
"""Mounted in every sandbox. A folder below them needs no mount point of its own."""

MAX_MOUNT_POINTS = 8
"""Further mount points. A server names one or two folders, and each mount takes time."""

MAX_INODES = 4096
"""Files and folders in each. A run creates a few dozen; a runaway program is stopped."""

RESERVED = (
    *("/proc", "/sys", "/dev", "/etc", "/boot", "/nix", "/opt/grader"),
    *("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"),
    *("/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libx32"),
    *("/usr/libexec", "/usr/local/bin", "/usr/local/sbin", "/usr/local/lib"),
    "/usr/local/lib64",
)
"""Folders that the system, Python or the agent need; never covered by a mount."""

MOUNT_DEPTH = {"/usr": 3, "/usr/local": 3, "/var": 2, "/run": 2, "/opt": 2}
"""The level of a mount point below the root, if the levels above contain files of the image.
The default is 1: other users cannot enter ``/root`` of an official image, and ``/mnt``, ``/srv``,
``/Users`` and ``/data`` are empty."""


def mount_points(folders: Iterable[str]) -> tuple[str, ...]:
    """The mount points that make ``folders`` writable, as far as they may be.

    No mount point is within another, or at, above or below a :data:`RESERVED` folder.

    Args:
        folders: paths that the submission names. Relative ones are ignored: they are below the
            folder in which it is started.
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
    # normpath keeps two leading slashes, which POSIX allows to be special; in Linux they are not.
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
    """Return the mount options of tmpfs at each of ``points`` and of :data:`WRITABLE`.

    Args:
        points: from :func:`mount_points`.
        size: bytes of each folder in :data:`WRITABLE`, and of all ``points`` together: the files
            take memory, and the submission chooses the number of points.
        inodes: whether to limit the number of files, too.
    """
    points = tuple(points)
    sizes = {**dict.fromkeys(points, size // max(1, len(points))), **dict.fromkeys(WRITABLE, size)}
    limit = f",nr_inodes={MAX_INODES}" if inodes else ""
    modes = {**dict.fromkeys((*WRITABLE, *points), "0755"), "/tmp": "1777"}
    return {
        point: f"rw,nosuid,nodev,noexec,size={sizes[point]}{limit},mode={mode}"
        for point, mode in modes.items()
    }
