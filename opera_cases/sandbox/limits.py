"""Bounds that a program sets itself before it reads what strangers wrote."""

import resource


def confine(memory: int, seconds: int) -> None:
    """No more than so many bytes of address space and seconds of processor time, and nothing of it left behind in a dump.

    Who asks for more memory gets a `MemoryError`; who takes more time is ended by the system.
    """
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(what)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(what, (most, most))
