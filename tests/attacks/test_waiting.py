"""B13: a request that is begun and never ended is not waited for. They were begun when the office began to serve."""

import time

import pytest

from tests.attacks.office import UNENDED, Office

PATIENCE = 25
"""Seconds after which nobody waits any more, on a machine that has much else to do."""


@pytest.mark.parametrize("office", ["sqlite"], indirect=True, scope="session")
@pytest.mark.parametrize("what", UNENDED)
def test_a_request_that_is_never_ended_is_not_waited_for(office: Office, what: str) -> None:
    began, connection = office.unended[what]
    connection.settimeout(max(0.1, began + PATIENCE - time.monotonic()))
    try:
        told = connection.recv(65536)
    except TimeoutError:
        pytest.fail(f"held for {time.monotonic() - began:.0f} s")
    except ConnectionError:
        told = b""
    assert told.split(b" ", 2)[1:2] in ([], [b"400"], [b"401"], [b"408"]), told
