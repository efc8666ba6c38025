"""Pages that wait without a scene, for a client that comes with their code.

Nothing but the code's row is stored for one. A client uses the code (`claim`), has its scene
proposed (`propose`), and the page joins that scene once its person agrees.
"""

import secrets
from dataclasses import dataclass
from typing import NoReturn
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from sessions_app import clock
from sessions_app.browsers.code_failures import failure_record, require_few_failures
from sessions_app.browsers.limits import allowance_reached
from sessions_app.browsers.scene_codes import unused_code_store
from sessions_app.errors import PairingCodeUnknownError, TooManyConnectionsError
from sessions_app.limits.names import Limit
from sessions_app.limits.networks import Networks
from sessions_app.limits.refusals import refusals
from sessions_app.models import PairingCode, SceneSession
from sessions_app.people.join_codes import nonce_digest
from sessions_app.people.principals import Principal
from sessions_app.storage import statements
from sessions_app.web.pairing_codes import VALID_FOR, code_digests, read_code

MOST_OF_AN_ADDRESS = 5
MOST_IN_ALL = 500


@dataclass(frozen=True, slots=True)
class WaitingPage:
    """A page that waits.

    `code` and `ticket` are empty for a page that has come back and has them already. `client` is
    the client that proposes its scene, if one does.
    """

    id: int
    valid_for_seconds: float
    code: str = ""
    ticket: str = ""
    client: str = ""


@transaction.atomic
def waiting_page_open(
    *, channel_name: str, networks: Networks, user_id: int | None, ticket: str = ""
) -> WaitingPage:
    """Store a code for a page that waits; or find the page again, by its ticket.

    Args:
        channel_name: of the page's connection.
        networks: of `origins.networks_of`; empty for an address that counts only in all.
        user_id: the person, if sign-in is on.
        ticket: what the page got when it began to wait; one that has expired is ignored.

    Raises:
        TooManyConnectionsError: too many pages wait, at this address or in all.
    """
    if ticket and (back := _came_back(ticket, channel_name, user_id)):
        return back
    _require_place(networks)
    row = PairingCode(
        user_id=user_id,
        channel_name=channel_name,
        counted_as=networks[0].name if networks else "",
        network=networks[-1].name if networks else "",
    )
    ticket = secrets.token_urlsafe(32)
    row.ticket_digest = nonce_digest(ticket)
    code = unused_code_store(row)
    if code is None:
        raise TooManyConnectionsError(Limit.WAITING_PAGES, MOST_IN_ALL)
    return WaitingPage(row.pk, VALID_FOR.total_seconds(), code, ticket)


def _came_back(ticket: str, channel_name: str, user_id: int | None) -> WaitingPage | None:
    own = _waiting().filter(ticket_digest=nonce_digest(ticket), user=user_id).first()
    if own is None:
        return None
    PairingCode.objects.filter(pk=own.pk).update(channel_name=channel_name)
    return _page(own)


def _page(row: PairingCode) -> WaitingPage:
    left = (row.expires_at - clock.now()).total_seconds()
    client = row.client_name if row.scene_session_id is not None else ""
    return WaitingPage(row.pk, left, client=client)


def _require_place(networks: Networks) -> None:
    waiting = _waiting().order_by()
    if waiting[MOST_IN_ALL - 1 : MOST_IN_ALL].exists():
        _refuse(Limit.WAITING_PAGES, MOST_IN_ALL)
    if not networks:
        return
    widest = networks[-1]
    statements.take_turns(f"waiting pages of {widest.name}")
    most = allowance_reached(networks, waiting, MOST_OF_AN_ADDRESS)
    if most is not None:
        _refuse(Limit.WAITING_PAGES_PER_ADDRESS, most)


def _refuse(limit: Limit, most: int) -> NoReturn:
    refusals.note(limit)
    raise TooManyConnectionsError(limit, most)


def waiting_page_find(page_id: int) -> WaitingPage | None:
    """Read a page that waits; None if its code has expired."""
    row = _waiting().filter(pk=page_id).first()
    return _page(row) if row is not None else None


def waiting_page_claim(
    text: str, *, client_name: str, principal: Principal, networks: Networks
) -> int:
    """Use up a page's code for a client; return the page's id. Of concurrent uses, one succeeds.

    Args:
        text: the code as a model sends it.
        client_name: as the page's person will read it.
        principal: of the client; the page's person has to be the same, where sign-in is on.
        networks: the client's, for which a wrong code counts.

    Raises:
        PairingCodeUnknownError: there is no such page, its code was used or has expired, or it is
            another person's.
        TooManyCodesTriedError: too many wrong ones were tried.
    """
    page_id = _claim(text, client_name, principal, networks)
    if page_id is None:
        raise PairingCodeUnknownError
    return page_id


@transaction.atomic
def _claim(text: str, client_name: str, principal: Principal, networks: Networks) -> int | None:
    require_few_failures(networks)
    code = read_code(text)
    whose = Q(user=principal.user_id) if settings.MCP_ENABLE_MULTI_USER else Q()
    unused = _waiting().filter(whose, used_at=None)
    page = unused.filter(code_digest__in=code_digests(code)).first() if code else None
    if page is not None:
        claimed = unused.filter(pk=page.pk).update(used_at=clock.now(), client_name=client_name)
        return page.pk if claimed else None
    failure_record(networks)
    return None


def waiting_page_release(page_id: int) -> None:
    """Make a used code valid again, because the call that used it has failed."""
    held = PairingCode.objects.filter(pk=page_id, scene_session=None)
    held.update(used_at=None, client_name="")


def waiting_page_propose(page_id: int, scene_session_id: int) -> str | None:
    """Propose a client's scene to the page whose code it has used; its person has ten minutes.

    Returns:
        The channel of the page; None if it waits no more.
    """
    held = _waiting().filter(pk=page_id)
    until = clock.now() + VALID_FOR
    if not held.update(scene_session_id=scene_session_id, expires_at=until):
        return None
    return held.values_list("channel_name", flat=True).first()


def waiting_page_scene(page_id: int) -> UUID | None:
    """Return the edit key of the scene that is proposed to a page; None if none is any more."""
    proposed = SceneSession.objects.filter(pairing_codes__in=_waiting().filter(pk=page_id))
    found: UUID | None = proposed.order_by().values_list("edit_key", flat=True).first()
    return found


def waiting_page_end(page_id: int) -> None:
    """Forget a page that waits no more, and its code."""
    PairingCode.objects.filter(pk=page_id).delete()


def _waiting() -> "QuerySet[PairingCode]":
    return PairingCode.objects.filter(expires_at__gt=clock.now()).exclude(ticket_digest="")
