"""Run the command line and write its peak memory and processor time to a file.

    python measured.py FIGURES ARGUMENT...

The process measures itself, because the ``ru_maxrss`` that its parent would get includes the
parent's own memory at the time of the fork.
"""

import atexit
import resource
import sys
from pathlib import Path

from grader.cli.main import main


def _write_figures(path: Path) -> None:
    """Write the peak memory in bytes and the processor time in seconds."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    peak = next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))
    used = resource.getrusage(resource.RUSAGE_SELF)
    path.write_text(f"{int(peak) << 10} {used.ru_utime + used.ru_stime}")


atexit.register(_write_figures, Path(sys.argv[1]))
main(sys.argv[2:])
