"""Has a Python that has started wait at the gate; see ``gate.py``. Behind it everything is as if
Python had been started there and then.

This is all of the grader that is ever in a program's own process.
"""

import os

try:
    import select  # noqa: F401 (all of these programs import it and the next one, which takes long)
    import socket
    import sys

    def _pass_the_gate() -> None:
        gate, near = map(int, os.environ.pop("GATE").split())
        with socket.socket(fileno=gate) as orders:
            terminal = orders.recv(4096)
            if not terminal:
                os._exit(0)  # the agent has ended, and nothing is to be played
            try:
                os.login_tty(os.open(terminal, os.O_RDWR | os.O_NOCTTY))
                os.close(near)
                _go_to(os.environ["PWD"])
                sys.argv[0] = os.path.basename(sys.argv[0])
                sys.path.remove(os.environ.pop("PYTHONPATH"))
                del os.environ["PYTHONNOUSERSITE"]
            except BaseException as error:
                orders.send(b"\xff" + repr(error).encode()[:4000])
                raise
            orders.send(b"\xff")

    def _go_to(folder: str) -> None:
        try:
            os.chdir(folder)
        except OSError:
            # The program itself has removed or closed it, when it ran before. Python then says that
            # it cannot open the file.
            os.chdir("/")

    _pass_the_gate()
except BaseException:
    # Python would go on to the program without it.
    os._exit(127)
