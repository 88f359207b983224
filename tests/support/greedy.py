"""A program that takes what it is told to take, within bounds that it set itself: run apart by the tests."""

import sys
import time

from opera_cases.sandbox.limits import confine

if __name__ == "__main__":
    wanted = sys.stdin.buffer.read()
    confine(memory=400_000_000, seconds=1)
    if wanted == b"memory":
        bytearray(1_000_000_000)
    if wanted == b"processor":
        while True:
            pass
    if wanted == b"time":
        time.sleep(60)
    if wanted == b"settings":
        import os

        sys.stdout.write(" ".join(sorted(name for name in os.environ if name.startswith("OPERA_"))))
