"""Faults that the soak must find: each replaces a function of the program in a worker."""

import random
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Any, TypeAlias

LEAKED_BYTES = 200_000
CHANCE = 0.03
Perform: TypeAlias = Callable[[Any, Any], Any]
_leaked: list[bytearray] = []


def leak() -> None:
    """Each call leaves something behind."""

    def leaking(perform: Perform, call: Any, operation: Any) -> Any:
        _leaked.append(bytearray(LEAKED_BYTES))
        return perform(call, operation)

    _wrap_perform(leaking)


def keep_leases() -> None:
    """A browser that leaves keeps its lease for an hour."""
    from sessions_app import clock
    from sessions_app.browsers import joining as joining_module
    from sessions_app.models import Pairing

    def stay(pairing_id: int, **_: Any) -> None:
        until = clock.now() + timedelta(hours=1)
        Pairing.objects.filter(pk=pairing_id).update(lease_until=until)

    joining: Any = joining_module
    joining.pairing_leave = stay


def never_sleep() -> None:
    """Sessions that nobody uses stay awake."""
    from sessions_app.workers import janitor as janitor_module

    janitor: Any = janitor_module
    janitor.TASKS = tuple(task for task in janitor.TASKS if task.name != "sessions put to sleep")


def misroute() -> None:
    """Now and then a call is carried out on another scene."""
    from sessions_app.models import SceneSession
    from sessions_app.steering import tool_calls as tool_calls_module

    tool_calls: Any = tool_calls_module
    resolve = tool_calls.scene_session_resolve

    def straying(target: Any, **options: Any) -> Any:
        if target.edit_key is not None and _now_and_then():
            others = SceneSession.objects.filter(state=SceneSession.State.OPEN)
            other = others.exclude(edit_key=target.edit_key).first()
            target = replace(target, edit_key=other.edit_key if other else target.edit_key)
        return resolve(target, **options)

    tool_calls.scene_session_resolve = straying


def mix_up_pages() -> None:
    """Now and then a change is sent to the browsers of the scene that was made before."""
    from sessions_app.wire import outbox as outbox_module

    outbox: Any = outbox_module
    tell = outbox.tell_scene
    outbox.tell_scene = lambda number, event: tell(
        number - 1 if event["type"] == "scene.patched" and _now_and_then(0.3) else number, event
    )


def lose_changes() -> None:
    """Now and then a change is not stored, and answered as if it were."""
    from django.db import transaction

    def losing(perform: Perform, call: Any, operation: Any) -> Any:
        if operation is None or not _now_and_then():
            return perform(call, operation)
        with transaction.atomic():
            effect = perform(call, operation)
            transaction.set_rollback(True)
        return effect

    _wrap_perform(losing)


def apply_twice() -> None:
    """Now and then a change is stored as two revisions."""
    from sessions_app.steering import tool_calls

    _store_twice(tool_calls)


def lose_edits() -> None:
    """Now and then a page's edit is not stored, and confirmed as if it were."""
    from django.db import transaction

    from sessions_app.steering import edits as edits_module

    edits: Any = edits_module
    perform = edits.scene_edit_perform

    def losing(edit: Any, step: Any) -> Any:
        with transaction.atomic():
            edited = perform(edit, step)
            transaction.set_rollback(_now_and_then())
        return edited

    edits.scene_edit_perform = losing


def apply_edits_twice() -> None:
    """Now and then a page's edit is stored as two revisions."""
    from sessions_app.steering import edits

    _store_twice(edits)


def never_answer_edits() -> None:
    """Now and then a page's edit is stored and not answered."""
    from sessions_app.sockets import scene as scene_module
    from sessions_app.sockets.edits import Edits

    def silenced(post: Callable[[dict[str, Any]], Awaitable[None]]) -> Edits:
        async def post_or_not(event: dict[str, Any]) -> None:
            if event["type"] != "edit.answered" or not _now_and_then():
                await post(event)

        return Edits(post_or_not)

    scene: Any = scene_module
    scene.Edits = silenced


def refuse_and_apply() -> None:
    """Now and then a change that is made is answered with `busy`."""
    from sessions_app.limits.rates import TooBusyError
    from sessions_app.steering.tool_calls import RefusedError

    def refusing(perform: Perform, call: Any, operation: Any) -> Any:
        effect = perform(call, operation)
        if operation is not None and _now_and_then():
            raise RefusedError(TooBusyError(), effect.scene_session_id)
        return effect

    _wrap_perform(refusing)


def send_holes() -> None:
    """Now and then browsers get the number of a change without the change."""
    from sessions_app.wire import scene_messages as scene_messages_module

    scene_messages: Any = scene_messages_module
    frame = scene_messages.scene_patch
    scene_messages.scene_patch = lambda stored: frame(
        replace(stored, patch="[]") if _now_and_then() else stored
    )


def never_answer() -> None:
    """Now and then a call is not answered."""
    import asyncio

    from mcp_bridge.endpoint import server as server_module

    server: Any = server_module
    call_tool = server.call_tool

    async def calling(*arguments: Any) -> Any:
        if _now_and_then():
            await asyncio.Event().wait()
        return await call_tool(*arguments)

    server.call_tool = calling


def crash() -> None:
    """Now and then a call fails by an exception."""

    def crashing(perform: Perform, call: Any, operation: Any) -> Any:
        if _now_and_then():
            raise RuntimeError("planted")
        return perform(call, operation)

    _wrap_perform(crashing)


def always_be_ready() -> None:
    """A worker is ready whatever is away."""
    from hello3d.middleware.responses import answer
    from hello3d.probes.health import Readyz
    from sessions_app.workers import worker

    async def ready(_: Readyz, scope: Any, __: Any, send: Any) -> None:
        status = HTTPStatus.SERVICE_UNAVAILABLE if worker.is_draining() else HTTPStatus.OK
        await answer(scope, send, status, "ready or stopping")

    readyz: Any = Readyz
    readyz.__call__ = ready


def _store_twice(module: Any) -> None:
    store = module.change_store

    def storing(scene_session: Any, change: Any, **options: Any) -> Any:
        if _now_and_then():
            store(scene_session, change, **options)
        return store(scene_session, change, **options)

    module.change_store = storing


def _now_and_then(chance: float = CHANCE) -> bool:
    return random.random() < chance


def _wrap_perform(wrapper: Callable[[Perform, Any, Any], Any]) -> None:
    """Have each call carried out by this function, which is given what did so before."""
    from sessions_app.steering import performing as performing_module

    performing: Any = performing_module
    performing.tool_call_perform = partial(wrapper, performing.tool_call_perform)


FAULTS: dict[str, Callable[[], None]] = {
    "crash": crash,
    "edit lost": lose_edits,
    "edit twice": apply_edits_twice,
    "edit unanswered": never_answer_edits,
    "leak": leak,
    "lease": keep_leases,
    "lost": lose_changes,
    "misrouted": misroute,
    "mixed": mix_up_pages,
    "page": send_holes,
    "ready": always_be_ready,
    "refused": refuse_and_apply,
    "state": never_sleep,
    "twice": apply_twice,
    "unanswered": never_answer,
}
