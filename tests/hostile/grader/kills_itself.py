"""Ends by the signal by which the kernel ends what takes too much memory, and takes none."""

import os
import signal

os.kill(os.getpid(), signal.SIGKILL)
