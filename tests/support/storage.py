"""Looks into the database of a running server, from outside."""

import contextlib
import sqlite3
from typing import Any

import psycopg

from tests.support.waiting import WITHIN_SECONDS, until


def rows(database_url: str, query: str) -> list[tuple[Any, ...]]:
    """What a query of the server's own database gives."""
    if database_url.startswith("sqlite:///"):
        connection = sqlite3.connect(
            database_url.removeprefix("sqlite:///"), timeout=WITHIN_SECONDS
        )
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()
    with psycopg.connect(database_url.replace("postgres://", "postgresql://")) as postgres:
        return postgres.execute(query.encode()).fetchall()


def execute(database_url: str, statement: str) -> None:
    """Change the server's own database behind its back, as a command or another program would."""
    if database_url.startswith("sqlite:///"):
        path = database_url.removeprefix("sqlite:///")
        with (
            contextlib.closing(sqlite3.connect(path, timeout=WITHIN_SECONDS)) as connection,
            connection,
        ):
            connection.execute(statement)
        return
    with psycopg.connect(database_url.replace("postgres://", "postgresql://")) as postgres:
        postgres.execute(statement.encode())


def store_revision(database_url: str, revision: int, patch: str) -> None:
    """Store a revision of the only scene, which has one already; the browsers are not notified."""
    columns = "scene_session_id, inverse, cause, created_at"
    add = (
        f"INSERT INTO sessions_app_scenerevision (revision, patch, {columns})"
        f" SELECT {revision}, '{patch}', {columns} FROM sessions_app_scenerevision LIMIT 1"
    )
    execute(database_url, add)
    execute(database_url, f"UPDATE sessions_app_scenesession SET revision = {revision}")


def count(database_url: str, table: str, condition: str = "1=1") -> int:
    query = f"SELECT count(*) FROM sessions_app_{table} WHERE {condition}"
    return int(rows(database_url, query)[0][0])


def newer(database_url: str, table: str) -> str:
    """The condition that only rows meet which this table gets from now on."""
    [(newest,)] = rows(database_url, f"SELECT coalesce(max(id), 0) FROM sessions_app_{table}")
    return f"id > {newest}"


async def calls_ended(database_url: str, condition: str = "1=1") -> None:
    """Wait until the outcomes of these tool calls are written, which workers do in batches."""
    running = f"status = 'running' AND {condition}"
    await until(lambda: not count(database_url, "toolcall", running))


async def recorded_calls(database_url: str, columns: str) -> list[tuple[Any, ...]]:
    """These columns of every tool call, oldest first, once all have ended."""
    await calls_ended(database_url)
    return rows(database_url, f"SELECT {columns} FROM sessions_app_toolcall ORDER BY started_at")
