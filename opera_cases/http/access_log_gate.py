"""The gate: no answer leaves before what was opened for it is on record.

A reading begins to be recorded as soon as its last value is open; the answer is made meanwhile, and waits here.
"""

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from opera_cases.application.personal.reader import collect_pending
from opera_cases.http import problems
from opera_cases.log.access_log.write import wait_for


class AccessLogGate:
    """Around the whole application. Where a reading cannot be recorded, nothing of it is shown."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        held_back = False
        with collect_pending() as owed:

            async def out(message: Message) -> None:
                nonlocal held_back
                try:
                    while owed:
                        await wait_for(owed.pop())
                except (*problems.STATUS,) as wrong:
                    held_back = True
                    owed.clear()
                    await problems.early_problem(Request(scope), wrong)(scope, receive, send)
                if not held_back:
                    await send(message)

            await self.app(scope, receive, out)
