"""The pseudo-terminal at which the simulated person sits."""

from __future__ import annotations

import errno
import fcntl
import os
import select
import struct
import termios

CTRL_C, CTRL_D, CTRL_U = b"\x03", b"\x04", b"\x15"
"""Interrupt, end of file, and take back the line."""


class Terminal:
    """A terminal of 80 by 24. Its near end is ``master``; the server gets the far one.

    The agent keeps the far end open itself: closed, it would be an end of file for the
    server, at which most of these servers spin.
    """

    def __init__(self, keep: int) -> None:
        """Keep ``keep`` bytes of the output's beginning, and as many of its end."""
        self.master, self.far_end = os.openpty()
        os.set_blocking(self.master, False)
        fcntl.ioctl(self.far_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._keep = keep
        self._first = bytearray()
        self._last = bytearray()
        self._left_out = 0
        self._echo = b""
        self._since = bytearray()

    def close(self) -> None:
        """Hang up."""
        os.close(self.master)
        os.close(self.far_end)

    def path(self) -> str:
        """The far end's name."""
        return os.ttyname(self.far_end)

    def readable(self) -> bool:
        """Whether the server has written something that was not drained yet."""
        return bool(select.select([self.master], [], [], 0)[0])

    def drain(self) -> None:
        """Take what the server has written; at most 1 MiB, so that a flood holds nobody."""
        for _ in range(16):
            try:
                data = os.read(self.master, 65536)
            except OSError as error:
                if error.errno in (errno.EAGAIN, errno.EIO):
                    return
                raise
            if not data:
                return
            if self._echo:
                self._since += data
                if self._echo in self._since or len(self._since) > 65536:
                    self._echo = b""
            room = self._keep - len(self._first)
            self._first += data[:room]
            self._last += data[room:] if room > 0 else data
            if len(self._last) > 2 * self._keep:
                self._left_out += len(self._last) - self._keep
                del self._last[: -self._keep]

    def output(self) -> bytes:
        """What was written so far, with a note in the middle where something is left out."""
        last, left_out = self._last[-self._keep :], self._left_out
        left_out += len(self._last) - len(last)
        note = b"\r\n[... %d bytes left out ...]\r\n" % left_out if left_out else b""
        return bytes(self._first) + note + bytes(last)

    def type(self, keys: bytes, echo: bytes) -> None:
        """Press ``keys``, which the terminal shows as ``echo``."""
        self._since.clear()
        self._echo = echo
        os.write(self.master, keys)

    def arrived(self) -> bool:
        """Whether what was typed has reached the terminal's queue.

        The kernel passes it on in a thread of its own, a moment later; its echo, drained,
        says that it is being done, and the next :meth:`waiting` waits until it is.
        """
        return not self._echo

    def forget_echo(self) -> None:
        """Wait for no echo any longer: the server has changed how its terminal shows keys.

        Only after a while: then nothing else tells when they have arrived.
        """
        self._echo = b""

    def waiting(self) -> int:
        """Bytes that were typed and not read.

        Linux takes this terminal's lock for the answer (``n_tty_ioctl``, ``termios_rwsem``),
        so whatever is just being passed on is counted.
        """
        return int(struct.unpack("i", fcntl.ioctl(self.far_end, termios.FIONREAD, b"\0\0\0\0"))[0])
