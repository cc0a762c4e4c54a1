"""The seed of a test run, which decides what a run leaves to chance."""

import os
import random
import zlib

SEED = int(
    os.environ.get("TEST_SEED")
    or zlib.crc32(os.environ.get("PYTEST_XDIST_TESTRUNUID", "").encode())
    or random.randrange(1 << 32)
)
"""``TEST_SEED``. Without it, one that all workers of a run have in common."""
