"""Runs the synchronous database work of coroutines, on threads of its own.

Django's own bridge shares one thread with everything else: one slow query would hold up every
socket of the process.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import Context, copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.db import Error, connection, connections

from sessions_app.errors import StoreError, StoreUnavailableError
from sessions_app.storage import locks
from sessions_app.storage.errors import refused, store_error
from sessions_app.telemetry import tracing

P = ParamSpec("P")
T = TypeVar("T")

# Work that failed after so long has waited in vain: what queued behind it meanwhile fails with it.
WAITED_IN_VAIN_SECONDS = 1.0

_executor = ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")


def release() -> None:
    """Give this thread's connection back to the pool, unless it is in a transaction."""
    for opened in connections.all(initialized_only=True):
        if not opened.in_atomic_block:
            opened.close_if_unusable_or_obsolete()


class _InVain:
    """When the whole database was last waited for in vain, and what that gave."""

    until = float("-inf")
    error: type[StoreError] = StoreUnavailableError


def _call(work: Callable[[], T], queued_at: float) -> T:
    """Do a piece of work; a store's refusal is raised as a `StoreError`."""
    if queued_at < _InVain.until:
        raise _InVain.error
    began = time.monotonic()
    try:
        return work()
    except Error as error:
        given = refused(error) if locks.may_wait() else store_error(error)
        if given is None:
            raise
        _note(given, waited_seconds=time.monotonic() - began)
        raise given from error
    finally:
        release()


def _note(given: StoreError, *, waited_seconds: float) -> None:
    """Have what is queued fail, too, where it would only wait as long: not for one scene's row."""
    concerns_all = isinstance(given, StoreUnavailableError) or connection.vendor == "sqlite"
    if concerns_all and waited_seconds >= WAITED_IN_VAIN_SECONDS:
        _InVain.until, _InVain.error = time.monotonic(), type(given)


def submit(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Queue `work`; `Future.cancel()` succeeds only while it has not begun.

    Its log lines carry what those of the caller do. What a store refuses is a `StoreError`.
    """
    return _submit(copy_context(), partial(work, *args, **kwargs))


def submit_without_waiting(work: Callable[[], T]) -> Future[T]:
    """The same for work that fails at once, as busy, where somebody else holds its scene's row."""
    return _submit(locks.without_waiting(), work)


def _submit(context: Context, work: Callable[[], T]) -> Future[T]:
    return _executor.submit(context.run, _call, work, time.monotonic())


async def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do `work` on a database thread and return what it returns."""
    with tracing.step("database"):
        return await asyncio.wrap_future(submit(work, *args, **kwargs))


def close_connections() -> None:
    """Close the connections that the database threads hold open."""
    for _ in range(settings.DATABASE_THREADS):
        _executor.submit(connections.close_all).result()
