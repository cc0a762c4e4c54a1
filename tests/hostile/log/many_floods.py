# expect: fail starts
# cause: Beside its log are as many files of noise as it may write, at most 96 MB.

import os


def attack():
    try:
        for number in range(6):
            with open(f"noise{number}.log", "wb", buffering=0) as file:
                for _ in range(16):
                    file.write(os.urandom(1_000_000))
        yield "all was granted"
    except OSError as error:
        yield f"write: {error.strerror}"
