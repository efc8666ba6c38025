"""Keeps a client that opens a connection per call from making a scene with each of them."""

from datetime import timedelta

from django.db.models import Q

from sessions_app import clock
from sessions_app.errors import SceneSessionRequiredError
from sessions_app.models import SceneSession
from sessions_app.storage import statements
from sessions_app.web import origins

LATELY = timedelta(minutes=10)


def require_one_connection(*, client_name: str, remote_address: str | None) -> None:
    """Refuse a connection whose client has just made a scene over another one.

    That is a client of the same name at the same address, whose protocol session was ended, or has
    made no other call since. Runs in the transaction that would make the scene.

    Args:
        client_name: as it is stored; a client without a name cannot be told from others.
        remote_address: where the call came from.

    Raises:
        SceneSessionRequiredError: the call has to name its scene.
    """
    if not client_name:
        return
    statements.take_turns(f"{client_name} at {remote_address}")
    networks = origins.networks_of(remote_address)
    made = SceneSession.objects.filter(
        network=networks[-1].name if networks else "",  # the index begins with it
        created_at__gt=clock.now() - LATELY,
        remote_address=remote_address,
        client_info__name=client_name,
        opened_by=SceneSession.Origin.CLIENT,
    ).exclude(state=SceneSession.State.CLOSED)
    left = Q(bindings__ended_at__isnull=False) | Q(bindings__called_again=False)
    if made.filter(left).order_by().exists():
        raise SceneSessionRequiredError(scattered=True)
