"""Closes connections of this worker within two seconds after their sign-in has ended.

It polls the database once a second for all of them. That covers every way to end a sign-in (on
another worker, by a command, by hand), and no message can be lost.
"""

from typing import Protocol

from sessions_app.people.principals import Principal, may_reach
from sessions_app.people.sign_ins import SignIn, owners_of, principals_now
from sessions_app.storage import database
from sessions_app.workers.periodic import Periodic

LOOK_EVERY_SECONDS = 1.0


class Connection(Protocol):
    """A connection that needs its sign-in: a browser's socket or a client's stream.

    `scene_session_id` is the session that it shows. None if each request names its own; then
    `principal` is the one it started with.
    """

    sign_in: SignIn
    principal: Principal
    scene_session_id: int | None

    def sign_out(self) -> None:
        """Close it: nobody is signed in there any more, or somebody else."""


class SignInKeeper:
    """One per worker; runs while there are connections."""

    def __init__(self) -> None:
        self._connections: set[Connection] = set()
        self._looks = Periodic(self.look, LOOK_EVERY_SECONDS, "sign-ins cannot be checked yet")

    def add(self, connection: Connection) -> None:
        self._connections.add(connection)
        self._looks.start()

    def remove(self, connection: Connection) -> None:
        self._connections.discard(connection)

    async def stop(self) -> None:
        await self._looks.stop()

    async def look(self) -> None:
        """Close connections whose sign-in has ended."""
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
        return True  # deleted: its browsers are disconnected elsewhere
    owner_id = owners[scene_session_id]
    return may_reach(principal, owner_id=owner_id, scene_session_id=scene_session_id)
