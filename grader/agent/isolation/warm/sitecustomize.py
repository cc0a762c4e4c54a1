"""Holds a started Python until the agent releases it; see ``warm_start.py``. After that, everything
is as if Python had just been started in the program's folder, on the program's terminal.

This is the only code of the grader that ever runs in the program's own process.
"""

import os
import sys

_before = {*sys.modules}

try:
    import select  # noqa: F401 (every program here imports this and socket, which is slow)
    import socket

    def _wait_for_release() -> None:
        channel_file, near_end = map(int, os.environ.pop("WARM_START").split())
        with socket.socket(fileno=channel_file) as channel:
            terminal = channel.recv(4096)
            if not terminal:
                os._exit(0)  # The agent has ended.
            try:
                os.login_tty(os.open(terminal, os.O_RDWR | os.O_NOCTTY))
                os.close(near_end)
                _change_folder(os.environ["PWD"])
                _forget_hidden_modules()
                sys.argv[0] = os.path.basename(sys.argv[0])
                sys.path.remove(os.environ.pop("PYTHONPATH"))
                del os.environ["PYTHONNOUSERSITE"]
            except BaseException as error:
                channel.send(b"\xff" + repr(error).encode()[:4000])
                raise
            channel.send(b"\xff")

    def _forget_hidden_modules() -> None:
        """Leave it to the program to import all modules if a file beside it takes the place of
        one."""
        ahead = {*sys.modules} - _before
        if any(os.path.exists(f"{name}.py") or os.path.isdir(name) for name in ahead):
            for name in ahead:
                del sys.modules[name]

    def _change_folder(folder: str) -> None:
        try:
            os.chdir(folder)
        except OSError:
            # An earlier run of the program removed or closed its folder. From here, Python reports
            # that it cannot open the file.
            os.chdir("/")

    _wait_for_release()
except BaseException:
    # Python would ignore the error and run the program.
    os._exit(127)
