"""Notifies clients of changed resources, on GET streams and on `subscriptions/listen`.

Handshake-era clients subscribe by separate requests, on any worker, and are notified on their
protocol session's GET stream, on any other worker. So their subscriptions are in the database. On
2026-07-28, the subscribing request is the stream.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, TypeAlias

import anyio
import mcp_types as types
from mcp.shared.exceptions import MCPError
from mcp.shared.subscriptions import SUBSCRIPTION_ID_META_KEY
from sse_starlette import EventSourceResponse

from mcp_bridge.calls.admission import count_failure
from mcp_bridge.calls.protocol_errors import raises_protocol_errors
from mcp_bridge.resources.handlers import not_found, require_uri, target_of
from mcp_bridge.resources.scene_uris import Part, SceneUri, found_in, parse_uri
from mcp_bridge.resources.updates import UpdateStream
from mcp_bridge.tools.context import Context, endpoint_of
from sessions_app.errors import SceneSessionUnknownError
from sessions_app.limits.names import Limit
from sessions_app.limits.refusals import refusals
from sessions_app.models import SceneSession
from sessions_app.people.principals import Principal
from sessions_app.revisions.documents import document_load
from sessions_app.routing import Target
from sessions_app.sessions.finding import scene_session_of
from sessions_app.sessions.scene_state import scene_read
from sessions_app.sessions.subscriptions import (
    MAX_SUBSCRIPTIONS,
    SubscribedScene,
    subscription_add,
    subscription_remove,
    subscriptions_forget,
    subscriptions_of,
)
from sessions_app.storage import database
from sessions_app.web import origins
from sessions_app.workers import worker
from sessions_app.workers.event_streams import TooManyStreamsError, tell_streams

logger = logging.getLogger(__name__)

MAX_LISTEN_STREAMS = 4
MAX_STREAMS_OF_AN_ADDRESS = 32
# Subscriptions are reloaded at intervals, because the event of a change may be lost.
RELOAD_EVERY_SECONDS = 60.0
CLOSE_WITHIN_SECONDS = 2.0
_CARRIED = "hello3d.updates"

# Parts and their scenes by the URI as the client wrote it.
Found: TypeAlias = dict[str, tuple[Part, SceneSession]]


@raises_protocol_errors
async def subscribe(context: Context, params: types.SubscribeRequestParams) -> types.EmptyResult:
    """Serve `resources/subscribe` (handshake era)."""
    uri = require_uri(context, params.uri)
    key = _protocol_session(context)
    if uri.part.object and await database.run(_part_of, target_of(context, uri), uri.part) is None:
        raise not_found(context, params.uri)
    try:
        added = await database.run(
            subscription_add, target_of(context, uri), protocol_session=key, uri=params.uri
        )
    except SceneSessionUnknownError:
        raise not_found(context, params.uri) from None
    if not added:
        raise _too_many_resources()
    if context.request is None:
        await _carry_on_connection(context, key)
    await tell_streams(key)
    return types.EmptyResult()


@raises_protocol_errors
async def unsubscribe(
    context: Context, params: types.UnsubscribeRequestParams
) -> types.EmptyResult:
    """Serve `resources/unsubscribe` (handshake era); an unknown subscription is no error."""
    key = _protocol_session(context)
    await database.run(subscription_remove, key, uri=params.uri)
    await tell_streams(key)
    return types.EmptyResult()


async def forget(protocol_session: str) -> None:
    """Delete the subscriptions of an ended protocol session."""
    await database.run(subscriptions_forget, protocol_session)
    await tell_streams(protocol_session)


async def _carry_on_connection(context: Context, protocol_session: str) -> None:
    """Notify on the connection itself until it ends, because stdio has no GET stream."""
    connection = context.session._connection
    if connection.state.setdefault(_CARRIED, context.request_id) == context.request_id:
        connection.exit_stack.push_async_callback(forget, protocol_session)
        stream = standalone_stream(
            protocol_session,
            connection.send_resource_updated,
            principal=endpoint_of(context).principal,
        )
        await connection.exit_stack.enter_async_context(stream)


def _protocol_session(context: Context) -> str:
    session = endpoint_of(context).protocol_session
    if session is None:
        raise MCPError(types.INVALID_REQUEST, "Send initialize first, then subscribe.")
    return session.key


def _too_many_resources() -> MCPError:
    refusals.note(Limit.SUBSCRIPTIONS)
    text = (
        f"No more than {MAX_SUBSCRIPTIONS} resources can be subscribed to at a time. Subscribe to"
        " the whole scene, scene://<session id>, instead of to its parts, or unsubscribe first."
    )
    return MCPError(types.INVALID_PARAMS, text)


@contextlib.asynccontextmanager
async def stream_of_address(remote_address: str | None) -> AsyncIterator[None]:
    """Count a GET stream of an address while the block runs, unless the address is shared.

    Raises:
        TooManyStreamsError: the address has 32 streams already, here or elsewhere.
        TooBusyError: this process has too many open streams.
    """
    networks = origins.networks_of(remote_address)
    if not networks:
        yield
        return
    slots = {
        f"all of {network.name}": network.allowance(MAX_STREAMS_OF_AN_ADDRESS)
        for network in networks
    }
    streams = (await worker.current()).streams
    async with streams.hold(slots, limit=Limit.STREAMS_PER_ADDRESS):
        yield


@contextlib.asynccontextmanager
async def standalone_stream(
    protocol_session: str,
    send: Callable[[str], Awaitable[None]],
    *,
    principal: Principal,
    is_ready: Callable[[], bool] = lambda: True,
    give_way: Callable[[], None] | None = None,
) -> AsyncIterator[None]:
    """Notify of a protocol session's subscriptions while the block runs.

    Args:
        protocol_session: the key of the protocol session.
        send: sends `notifications/resources/updated` for a URI on the protocol session's stream.
        principal: the stream's principal; limits its subscriptions to scenes within reach.
        is_ready: whether the stream is open and its client has read everything sent.
        give_way: ends the stream when the protocol session opens another one, here or elsewhere.

    Raises:
        TooManyStreamsError: the protocol session has a stream that does not give way, or opens
            several at once.
        TooBusyError: this process has too many open streams.
    """
    here = await worker.current()
    changed = asyncio.Event()
    changed.set()
    async with here.streams.hold({protocol_session: 1}, changed=changed.set, give_way=give_way):
        updates = UpdateStream(here.feed)
        tasks = [
            asyncio.create_task(updates.run(send, is_ready=is_ready)),
            asyncio.create_task(_keep_loaded(updates, protocol_session, principal, changed)),
        ]
        try:
            with here.clients.holding(protocol_session):
                yield
        finally:
            for task in tasks:
                task.cancel()
            with anyio.move_on_after(CLOSE_WITHIN_SECONDS, shield=True):
                await asyncio.wait(tasks)
                await updates.close()


async def _keep_loaded(
    updates: UpdateStream, protocol_session: str, principal: Principal, changed: asyncio.Event
) -> None:
    """Keep the watched scenes in sync with the subscriptions in the database."""
    while True:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(changed.wait(), RELOAD_EVERY_SECONDS)
        changed.clear()
        try:
            subscribed = await database.run(subscriptions_of, protocol_session, principal)
            await _load(updates, subscribed, principal)
        except Exception:
            logger.exception("subscriptions cannot be read yet")
            await asyncio.sleep(1)
            changed.set()


async def _load(
    updates: UpdateStream, subscribed: list[SubscribedScene], principal: Principal
) -> None:
    wanted = {scene.uri: scene for scene in subscribed}
    for uri in updates.uris - wanted.keys():
        await updates.forget(uri)
    for uri in wanted.keys() - updates.uris:
        scene, read = wanted[uri], parse_uri(uri)
        if read is not None and read.edit_key == scene.edit_key:  # else the key was replaced
            part: Part | None = read.part
            if read.part.object:
                target = Target(edit_key=read.edit_key, principal=principal)
                part = await database.run(_part_of, target, read.part)
            # An object that is gone may come back: every change of objects may be that.
            part = part or read.part
            await updates.watch(uri, part, scene.scene_session_id, revision=scene.revision)


def _part_of(target: Target, part: Part) -> Part | None:
    """Return the part with its path in the scene as it is now; None if the scene lacks it."""
    state = scene_read(target)
    return found_in(state.document, part) if state else None


@raises_protocol_errors
async def listen(
    context: Context, params: types.SubscriptionsListenRequestParams
) -> types.SubscriptionsListenResult:
    """Serve `subscriptions/listen` (2026-07-28): this request is the stream.

    MCP 2026-07-28, basic/patterns/subscriptions: the acknowledgment comes first and names the
    accepted resources; every message carries the request's id; a stream that the server ends gets a
    result.
    """
    request_id = context.request_id
    if request_id is None:
        raise MCPError(types.INVALID_REQUEST, "subscriptions/listen needs a request id.")
    wanted = dict.fromkeys(params.notifications.resource_subscriptions or ())
    if len(wanted) > MAX_SUBSCRIPTIONS:
        raise _too_many_resources()
    found = await _find(context, list(wanted))
    meta: dict[str, Any] = {SUBSCRIPTION_ID_META_KEY: request_id}
    here = await worker.current()
    try:
        async with here.streams.hold(_slots(context, found)):
            updates = UpdateStream(here.feed)
            try:
                for text, (part, scene_session) in found.items():
                    revision = scene_session.revision
                    await updates.watch(text, part, scene_session.pk, revision=revision)
                await _acknowledge(context, list(found), meta)
                await _run_until_shutdown(context, updates, meta)
            finally:
                with anyio.move_on_after(CLOSE_WITHIN_SECONDS, shield=True):
                    await updates.close()
    except TooManyStreamsError:
        raise _too_many_streams() from None
    return types.SubscriptionsListenResult(_meta=meta)


async def _find(context: Context, texts: list[str]) -> Found:
    """Return the resources within the caller's reach; others are not acknowledged."""
    targets: dict[str, tuple[SceneUri, Target]] = {}
    for text in texts:
        uri = parse_uri(text)
        with contextlib.suppress(MCPError):
            if uri is not None:
                targets[text] = (uri, target_of(context, uri))
    found = await database.run(_scenes_of, list(targets.values()))
    for _ in range(found.count(None)):
        count_failure(endpoint_of(context))
    return {text: each for text, each in zip(targets, found, strict=True) if each is not None}


def _scenes_of(
    targets: list[tuple[SceneUri, Target]],
) -> list[tuple[Part, SceneSession] | None]:
    return [_found(uri.part, target) for uri, target in targets]


def _found(part: Part, target: Target) -> tuple[Part, SceneSession] | None:
    scene_session = scene_session_of(target)
    if scene_session is None:
        return None
    there = found_in(document_load(scene_session), part) if part.object else part
    return (there, scene_session) if there else None


def _slots(context: Context, found: Found) -> dict[str, int]:
    """Return the holders that the stream counts for, and the number of slots of each.

    With sign-in, the person. Without, the address and the networks around it. For
    RATE_SHARED_ADDRESSES, the address at one scene.
    """
    endpoint = endpoint_of(context)
    if endpoint.principal_name is not None:
        return {endpoint.principal_name: MAX_LISTEN_STREAMS}
    networks = origins.networks_of(endpoint.remote_address)
    if networks:
        return {network.name: network.allowance(MAX_LISTEN_STREAMS) for network in networks}
    scenes = sorted(scene_session.pk for _, scene_session in found.values())
    session = endpoint.protocol_session
    holder = endpoint.remote_address or (session.key if session else "unknown")
    return {f"{holder} {scenes[0] if scenes else '-'}": MAX_LISTEN_STREAMS}


def _too_many_streams() -> MCPError:
    text = (
        f"{MAX_LISTEN_STREAMS} streams of your client are open already. Close one of them (end its"
        " request), or name all resources in the subscriptions/listen of one stream."
    )
    return MCPError(types.INVALID_REQUEST, text)


async def _acknowledge(context: Context, uris: list[str], meta: dict[str, Any]) -> None:
    honored = types.SubscriptionFilter(resource_subscriptions=uris or None)
    params = types.SubscriptionsAcknowledgedNotificationParams(notifications=honored, _meta=meta)
    notification = types.SubscriptionsAcknowledgedNotification(params=params)
    await context.session.send_notification(notification, related_request_id=context.request_id)


async def _run_until_shutdown(
    context: Context, updates: UpdateStream, meta: dict[str, Any]
) -> None:
    async def send(uri: str) -> None:
        params = types.ResourceUpdatedNotificationParams(uri=uri, _meta=meta)
        notification = types.ResourceUpdatedNotification(params=params)
        await context.session.send_notification(notification, related_request_id=context.request_id)

    async with anyio.create_task_group() as group:
        group.start_soon(updates.run, send)
        # As GET streams do: uvicorn notifies of its shutdown only after all requests have ended.
        await EventSourceResponse._listen_for_exit_signal()
        group.cancel_scope.cancel()
