"""`python -m benchmarks [--seconds S] [--rounds N]`: the write path against the hand-written floor."""

import argparse

from benchmarks.write_path import compare

if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--seconds", type=int, default=6)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--connections", type=int, nargs="+", default=[16])
    asked = arguments.parse_args()
    for connections in asked.connections:
        print(compare(rounds=asked.rounds, seconds=asked.seconds, connections=connections))
