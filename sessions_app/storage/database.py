"""Runs the synchronous database work of coroutines, on threads of its own.

Django's own bridge shares one thread with everything else: one slow query would hold up every
socket of the process.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from functools import partial
from typing import ParamSpec, TypeVar

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import connections

from sessions_app.telemetry import tracing

P = ParamSpec("P")
T = TypeVar("T")

_executor = ThreadPoolExecutor(settings.DATABASE_THREADS, thread_name_prefix="database")


def release() -> None:
    """Give this thread's connection back to the pool, unless it is in a transaction."""
    for connection in connections.all(initialized_only=True):
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def _call(work: Callable[[], T]) -> T:
    try:
        return work()
    finally:
        release()


def submit(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
    """Queue `work`; `Future.cancel()` succeeds only while it has not begun.

    Its log lines carry what those of the caller do.
    """
    return _executor.submit(copy_context().run, _call, partial(work, *args, **kwargs))


async def run(work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do `work` on a database thread and return what it returns."""
    with tracing.step("database"):
        return await asyncio.wrap_future(submit(work, *args, **kwargs))


def wait_for(work: Callable[P, Awaitable[T]], *args: P.args, **kwargs: P.kwargs) -> T:
    """Do a view's asynchronous work and return what it returns.

    The view's own connection goes back to the pool meanwhile: the work needs one as well, and
    where all views held theirs, none would come on.
    """
    release()
    return async_to_sync(work)(*args, **kwargs)


def close_connections() -> None:
    """Close the connections that the database threads hold open."""
    for _ in range(settings.DATABASE_THREADS):
        _executor.submit(connections.close_all).result()
