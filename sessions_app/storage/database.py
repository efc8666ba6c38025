"""Runs synchronous database work of coroutines on its own threads.

Django's `sync_to_async` shares one thread with everything else, so one slow query would block every
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

# Work that fails after this long fails everything that was queued behind it meanwhile.
WAITED_IN_VAIN_SECONDS = 1.0

_executor = ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")


def release() -> None:
    """Return this thread's connections to the pool, unless in a transaction."""
    for opened in connections.all(initialized_only=True):
        if not opened.in_atomic_block:
            opened.close_if_unusable_or_obsolete()


class _InVain:
    """When waiting for the whole database last failed, and with which error."""

    until = float("-inf")
    error: type[StoreError] = StoreUnavailableError


def _call(work: Callable[[], T], queued_at: float) -> T:
    """Do the work; raise a driver's error as the matching `StoreError`."""
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
    """Fail queued work as well, unless the wait was for one scene's row on PostgreSQL."""
    concerns_all = isinstance(given, StoreUnavailableError) or connection.vendor == "sqlite"
    if concerns_all and waited_seconds >= WAITED_IN_VAIN_SECONDS:
        _InVain.until, _InVain.error = time.monotonic(), type(given)


def submit(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Queue `work`; `Future.cancel()` succeeds only while it has not begun.

    The work runs in the caller's context, so its log lines carry the same fields. A driver's error
    is raised as a `StoreError`.
    """
    return _submit(copy_context(), partial(work, *args, **kwargs))


def submit_without_waiting(work: Callable[[], T]) -> Future[T]:
    """Queue work that raises `StoreBusyError` at once if its scene's row is locked."""
    return _submit(locks.without_waiting(), work)


def _submit(context: Context, work: Callable[[], T]) -> Future[T]:
    return _executor.submit(context.run, _call, work, time.monotonic())


async def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do `work` on a database thread and return what it returns."""
    with tracing.step("database"):
        return await asyncio.wrap_future(submit(work, *args, **kwargs))


def close_connections() -> None:
    """Close the connections of the database threads."""
    for _ in range(settings.DATABASE_THREADS):
        _executor.submit(connections.close_all).result()
