"""Formats log lines: for people, or one JSON object per line."""

import logging
import re
from http import HTTPStatus
from typing import Any

import structlog
from django.apps import apps

from sessions_app.telemetry import log_fields

# Fields of others are dropped: Django's `request` shows the query, which holds the edit key.
OUR_FIELDS = {
    "by", "call", "close_code", "code", "count", "kind", "left_out", "limit", "principal",
    "reference", "refused", "rule", "scene", "status_code",
}  # fmt: skip


# Secrets, wherever they occur in others' texts: a path, a query, a WebSocket's URL.
_SECRETS = re.compile(
    r"(/open/|/files/|/mcp/)[^\s?\"']+"  # a nonce, an edit key, or part of one
    r"|(?<![\w-])[\w-]{43}(?![\w-])"  # nonces and join codes: 32 random bytes
    r"|\beyJ[\w-]+\.[\w.-]+"  # bearer tokens
    r"|[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}",  # edit keys
    re.IGNORECASE,
)


# Of a line's text; a client's path may have 64 kB.
MAX_TEXT_LENGTH = 1000


def _cut(text: str) -> str:
    return _SECRETS.sub(lambda found: f"{found[1] or ''}…", text)


def _shortened(text: str) -> str:
    """Limit the length of a text; secrets are removed before."""
    return text if len(text) <= MAX_TEXT_LENGTH else f"{text[:MAX_TEXT_LENGTH]}…"


def _hide_secrets(_: object, __: str, event: structlog.typing.EventDict) -> Any:
    """Remove secrets from a line and its traceback."""
    for name in ("event", "exception"):
        if isinstance(event.get(name), str):
            event[name] = _cut(event[name])
    if isinstance(event.get("event"), str):
        event["event"] = _shortened(event["event"])
    return event


def _add_call(_: object, __: str, event: structlog.typing.EventDict) -> Any:
    """Add the running call's fields; the line's own fields win."""
    return {**log_fields.current(), **event}


class OneLine(logging.Filter):
    """Removes tracebacks from lines that clients cause and whose text says enough."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.exc_info = None
        return True


# Well-known paths that programs probe: MCP clients for sign-in (RFC 8414, RFC 9728, and the paths
# of MCP 2025-03-26 without metadata), browsers and crawlers for their files. A 404 there is normal.
_PROBED = re.compile(
    r"/\.well-known/"
    r"|^/(?:authorize|register|token)/?$"
    r"|^/(?:favicon\.ico|robots\.txt|apple-touch-icon[\w-]*\.png)$"
)


class ProbesFilter(logging.Filter):
    """Demotes the 404 warning of a probed path to an info line."""

    def filter(self, record: logging.LogRecord) -> bool:
        path, status = _request_of(record)
        if status != HTTPStatus.NOT_FOUND or not _PROBED.search(path.partition("?")[0]):
            return True
        record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
        return logging.getLogger(record.name).isEnabledFor(logging.INFO)


def _request_of(record: logging.LogRecord) -> tuple[str, Any]:
    """Return the path and status of a line of Django or of its Daphne server."""
    if isinstance(record.args, dict):
        return str(record.args.get("path", "")), record.args.get("status")
    path = getattr(getattr(record, "request", None), "path", "")
    return str(path), getattr(record, "status_code", None)


class StoresFilter(logging.Filter):
    """Turns a store's refusal into one line, because its traceback adds nothing."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if error is not None and apps.ready:
            from sessions_app.storage.errors import store_error, words_of

            if store_error(error) is not None:
                record.msg, record.args = f"{record.getMessage()} ({words_of(error)})", ()
                record.exc_info = None
        return True


class SecretsFilter(logging.Filter):
    """Removes secrets from a logger whose lines the server prints itself."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _cut(record.getMessage()), ()
        return True


def logging_configuration(
    *, level: str, log_format: str, instance_name: str, log_file: str = ""
) -> dict[str, Any]:
    """Return Django's LOGGING: every line has the instance's name and goes to stderr.

    `log_file` is the path of a file that gets the same lines; `{instance}` in it is replaced.
    """

    def add_instance(_: object, __: str, event: structlog.typing.EventDict) -> Any:
        return {**event, "instance": instance_name}

    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_instance,
        _add_call,
    ]
    renderer: Any = structlog.processors.JSONRenderer()
    if log_format == "human":
        renderer = structlog.dev.ConsoleRenderer(colors=False)
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "secrets": {"()": SecretsFilter},
            "one line": {"()": OneLine},
            "probes": {"()": ProbesFilter},
            "seldom": {"()": "hello3d.configuration.seldom.SeldomFilter"},  # needs settings
            "stores": {"()": StoresFilter},
        },
        "formatters": {
            "structured": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [structlog.stdlib.ExtraAdder(OUR_FIELDS), *shared],
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.format_exc_info,
                    _hide_secrets,
                    renderer,
                ],
            }
        },
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "structured",
                "filters": ["seldom", "stores"],
                "level": level,  # Django's loggers have levels of their own
            },
            **_file_handler(log_file.replace("{instance}", instance_name), level),
        },
        "root": {"handlers": ["stderr", "file"] if log_file else ["stderr"], "level": level},
        "loggers": {
            "django.security.DisallowedHost": {"filters": ["one line"]},
            "django.request": {"filters": ["probes"]},
            # uvicorn's own handlers would log its lines without our fields.
            "uvicorn": {"handlers": [], "propagate": True},
            "django": {"handlers": []},  # else Django's handler prints each line again
            # These log protocol session ids, responses and messages, which hold edit keys.
            "mcp": {"level": "WARNING"},
            "sse_starlette": {"level": "WARNING"},
            "uvicorn.error": {
                "level": "INFO" if level == "DEBUG" else level,
                "filters": ["secrets"],
            },
            "websockets": {"level": "WARNING"},
            # These log whole request lines, which hold edit keys.
            "httpx2": {"level": "WARNING"},
            "httpcore2": {"level": "WARNING"},
            "django.channels.server": {"level": "WARNING", "filters": ["probes"]},
            "daphne": {"level": "WARNING"},
            "uvicorn.access": {"handlers": [], "propagate": True, "level": "WARNING"},
            "django.server": {"level": "WARNING"},
        },
    }


def _file_handler(path: str, level: str) -> dict[str, Any]:
    if not path:
        return {}
    return {
        "file": {
            "class": "hello3d.configuration.log_file.ProcessLogFile",
            "path": path,
            "formatter": "structured",
            "filters": ["seldom", "stores"],
            "level": level,
        }
    }
