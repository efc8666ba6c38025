"""Looks into the database of a running server, from outside."""

import sqlite3
from typing import Any

import psycopg


def rows(database_url: str, query: str) -> list[tuple[Any, ...]]:
    """What a query of the server's own database gives."""
    if database_url.startswith("sqlite:///"):
        connection = sqlite3.connect(database_url.removeprefix("sqlite:///"))
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()
    with psycopg.connect(database_url.replace("postgres://", "postgresql://")) as postgres:
        return postgres.execute(query.encode()).fetchall()


def count(database_url: str, table: str, condition: str = "1=1") -> int:
    query = f"SELECT count(*) FROM sessions_app_{table} WHERE {condition}"
    return int(rows(database_url, query)[0][0])
