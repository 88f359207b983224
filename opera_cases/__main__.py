"""The command line: `opera-cases`, or `python -m opera_cases`."""

import gc


def run() -> None:
    """Start without looking for garbage: a program that is being read makes none."""
    gc.disable()
    from opera_cases.cli.app import main
    from opera_cases.log.store.private_files import keep_others_out

    keep_others_out()
    gc.enable()
    main()


if __name__ == "__main__":
    run()
