"""The command line: `opera-cases`, or `python -m opera_cases`."""

import gc


def run() -> None:
    """Start without looking for garbage: a program that is being read makes none."""
    gc.disable()
    from opera_cases.cli import main

    gc.enable()
    main()


if __name__ == "__main__":
    run()
