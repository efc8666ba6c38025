"""Ends the connections of this worker whose sign-in has ended, within two seconds.

It looks into the database, once a second for all of them: however a sign-in ends (on another
worker, by a command, by hand) it is seen, and no message about it can be lost.
"""

from typing import Protocol

from sessions_app.people.principals import Principal, may_reach
from sessions_app.people.sign_ins import SignIn, owners_of, principals_now
from sessions_app.storage import database
from sessions_app.workers.periodic import Periodic

LOOK_EVERY_SECONDS = 1.0


class Connection(Protocol):
    """What lives on while its sign-in does: a browser's socket, or a client's stream.

    `scene_session_id` is the session that it shows; None where each request names its own, as who
    its `principal` was when it began.
    """

    sign_in: SignIn
    principal: Principal
    scene_session_id: int | None

    def sign_out(self) -> None:
        """End it: nobody is signed in there any more, or somebody else."""


class SignInKeeper:
    """One per worker; it runs while there is something to keep."""

    def __init__(self) -> None:
        self._connections: set[Connection] = set()
        self._looks = Periodic(self.look, LOOK_EVERY_SECONDS, "sign-ins cannot be looked at yet")

    def add(self, connection: Connection) -> None:
        self._connections.add(connection)
        self._looks.start()

    def remove(self, connection: Connection) -> None:
        self._connections.discard(connection)

    async def stop(self) -> None:
        await self._looks.stop()

    async def look(self) -> None:
        """End what is not signed in any more."""
        checked = tuple(self._connections)
        if not checked:
            self._looks.cancel()
            return
        scenes = {
            connection.scene_session_id
            for connection in checked
            if connection.scene_session_id is not None
        }
        sign_ins = {connection.sign_in for connection in checked}
        principals, owners = await database.run(_read, sign_ins, scenes)
        for connection in checked:
            if connection in self._connections and not _may_stay(connection, principals, owners):
                connection.sign_out()


def _read(
    sign_ins: set[SignIn], scenes: set[int]
) -> tuple[dict[SignIn, Principal], dict[int, int | None]]:
    return principals_now(sign_ins), owners_of(scenes)


def _may_stay(
    connection: Connection, principals: dict[SignIn, Principal], owners: dict[int, int | None]
) -> bool:
    principal, scene_session_id = principals.get(connection.sign_in), connection.scene_session_id
    if principal is None:
        return False
    if scene_session_id is None:
        before = connection.principal
        return (principal.user_id, principal.is_staff) == (before.user_id, before.is_staff)
    if scene_session_id not in owners:
        return True  # it was deleted: others send its browsers away
    owner_id = owners[scene_session_id]
    return may_reach(principal, owner_id=owner_id, scene_session_id=scene_session_id)
