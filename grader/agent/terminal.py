"""The pseudo-terminal at which the simulated person sits."""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import struct
import termios

CTRL_C, CTRL_D, CTRL_U = b"\x03", b"\x04", b"\x15"
"""Interrupt, end of file, and delete the line."""


class Terminal:
    """A terminal of 80 by 24: the agent uses ``master``, the server ``far_end``.

    The agent keeps the far end open, too. Otherwise the server would read an end of file, at which
    most of these servers spin. ``keep``: how many bytes of the output's beginning are kept, and
    as many of its end.

    The server may have done anything to its end. Where the kernel refuses an operation for that,
    nothing is read, nothing arrives, or nothing is unread.
    """

    def __init__(self, master: int, far_end: int, keep: int) -> None:
        self.master, self.far_end = master, far_end
        self.path = os.ttyname(far_end)
        """The far end's path."""
        self._keep = keep
        self._first = bytearray()
        self._last = bytearray()
        self._omitted = 0
        self._cut = 0
        self.drained = 0
        """Bytes of output that were drained so far."""
        self._echo = b""
        self._since = bytearray()

    @classmethod
    def open(cls, keep: int) -> Terminal:
        """Open a new terminal."""
        master, far_end = os.openpty()
        os.set_blocking(master, False)
        fcntl.ioctl(far_end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        return cls(master, far_end, keep)

    def close(self) -> None:
        """Hang up."""
        os.close(self.master)
        os.close(self.far_end)

    def readable(self) -> bool:
        """Whether the server has written something that was not drained yet."""
        return bool(select.select([self.master], [], [], 0)[0])

    def drain(self) -> None:
        """Read what the server has written, 1 MiB at most, so that a flood delays nobody."""
        for _ in range(16):
            try:
                data = os.read(self.master, 65536)
            except OSError:
                return
            if not data:
                return
            self.drained += len(data)
            if self._echo:
                self._since += data
                if self._echo in self._since or len(self._since) > 65536:
                    self._echo = b""
            room = self._keep - len(self._first)
            self._first += data[:room]
            self._last += data[room:] if room > 0 else data
            if len(self._last) > 2 * self._keep:
                self._omitted += len(self._last) - self._keep
                del self._last[: -self._keep]

    def output(self) -> bytes:
        """The output so far, with a note in the middle where something is omitted."""
        last, omitted = self._last[-self._keep :], self._omitted
        omitted += len(self._last) - len(last)
        note = b"\r\n[... %d bytes left out ...]\r\n" % omitted if omitted else b""
        return bytes(self._first) + note + bytes(last)

    def cut(self) -> bytes:
        """Return the output since the last cut."""
        output = self.output()
        self._first.clear()
        self._last.clear()
        self._omitted = 0
        self._cut = self.drained
        return output

    def shown(self) -> int | None:
        """Bytes of output since the last cut; None: so many that some of them are omitted."""
        shown = self.drained - self._cut
        return shown if shown <= self._keep else None

    def type(self, keys: bytes, echo: bytes) -> None:
        """Press ``keys``, which the terminal echoes as ``echo``. Those without room are lost."""
        self._since.clear()
        self._echo = echo
        with contextlib.suppress(OSError):
            os.write(self.master, keys)

    def echoed(self) -> bool:
        """Whether what was typed is reaching the terminal's input queue.

        The kernel passes it on in a kernel thread, a moment later. Once its echo was drained,
        that is under way, and the next :meth:`unread` waits until it is done.
        """
        return not self._echo

    def forget_echo(self) -> None:
        """Expect no echo any longer: the server has changed its terminal's settings.

        Call this only after a while, since nothing but the echo shows when keys have arrived.
        """
        self._echo = b""

    def unread(self) -> int:
        """Bytes that were typed and not read.

        Linux answers under the terminal's lock (``n_tty_ioctl``, ``termios_rwsem``), so bytes
        that are just being passed on are counted.
        """
        try:
            count = fcntl.ioctl(self.far_end, termios.FIONREAD, b"\0\0\0\0")
        except OSError:
            return 0
        return int(struct.unpack("i", count)[0])
