"""Leaves a file of a terabyte, or as much as it may have, that holds nothing."""

import os


def attack():
    size = 1 << 40
    with open("sparse.bin", "wb") as file:
        while True:
            try:
                os.ftruncate(file.fileno(), size)
                break
            except OSError:
                size //= 2
    yield f"{size} bytes were granted"
