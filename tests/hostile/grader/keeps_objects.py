# expect: pass
# notes: refused
# cause: Leaves kernel objects that outlive their process: System V shared memory, semaphores and
#   message queues, and POSIX message queues, one of them as a file.

import ctypes
import os

NUMBERS = {
    "x86_64": {"shmget": 29, "semget": 64, "msgget": 68},
    "aarch64": {"shmget": 194, "semget": 190, "msgget": 186},
}[os.uname().machine]

libc = ctypes.CDLL(None, use_errno=True)


def attack():
    made = {name: libc.syscall(number, 4711, 1, 0o1600) for name, number in NUMBERS.items()}
    made["mq_open"] = libc.mq_open(b"/kept", os.O_RDWR | os.O_CREAT, 0o600, None)
    try:
        made["/dev/mqueue"] = os.open("/dev/mqueue/kept", os.O_RDWR | os.O_CREAT)
    except OSError:
        made["/dev/mqueue"] = -1
    for name, result in made.items():
        yield f"{name}: {'refused' if result < 0 else 'granted'}"
