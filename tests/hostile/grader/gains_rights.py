# expect: pass
# notes: setuid:
# cause: Tries to become root in every way that is harmless to try.

import ctypes
import os


def attack():
    tries = {
        "setuid": lambda: os.setuid(0),
        "setgid": lambda: os.setgid(0),
        "setgroups": lambda: os.setgroups([0]),
        "chroot": lambda: os.chroot("."),
        "nice": lambda: os.nice(-1),
        "device": lambda: os.mknod("device", 0o20600, os.makedev(1, 1)),
        "set-uid": lambda: _set_uid(),
    }
    for name, act in tries.items():
        try:
            act()
            yield f"{name}: granted"
        except OSError as error:
            yield f"{name}: {error.strerror}"
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0:
        libc.umount(b"/tmp")
        yield "mount: granted"


def _set_uid():
    """A copy of a program that would run as its owner, if its owner were root."""
    with open("copy", "wb") as file:
        file.write(b"#!/bin/sh\n")
    os.chown("copy", 0, 0)
