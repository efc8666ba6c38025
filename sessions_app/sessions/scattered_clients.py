"""Keeps clients that open a connection per call from creating a scene with each."""

from datetime import timedelta

from django.db.models import Q

from sessions_app import clock
from sessions_app.errors import SceneSessionRequiredError
from sessions_app.models import SceneSession
from sessions_app.storage import statements
from sessions_app.web import origins

LATELY = timedelta(minutes=10)


def require_one_connection(*, client_name: str, remote_address: str | None) -> None:
    """Refuse a call whose client has just created a scene over another connection.

    That is a client with the same name and address whose protocol session has ended or made no
    other call since. Runs in the transaction that creates the scene.

    Args:
        client_name: as stored; clients without a name cannot be distinguished and pass.
        remote_address: the address of the call.

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
