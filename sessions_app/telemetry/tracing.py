"""Spans of tool calls, where a collector of traces is set up; else next to nothing.

A span holds internal ids, our own names and error codes: never an edit key, a text of a client or
an error's message. So no exception is recorded in one.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanKind, StatusCode, Tracer

_NOTHING: AbstractContextManager[None] = nullcontext()
_tracer: Tracer | None = None


def begin(tracer: Tracer) -> None:
    """Trace from now on."""
    global _tracer
    _tracer = tracer


def is_on() -> bool:
    return _tracer is not None


@contextmanager
def serving(
    name: str, attributes: Mapping[str, str], *, parent: Context, links: Sequence[Link] = ()
) -> Iterator[Span]:
    """A span of what this process serves; `parent` holds the caller's, if it sent one."""
    assert _tracer is not None  # noqa: S101 - ask `is_on()` first
    with _tracer.start_as_current_span(
        name,
        context=parent,
        kind=SpanKind.SERVER,
        attributes=attributes,
        links=links,
        record_exception=False,
        set_status_on_exception=False,
    ) as span:
        yield span


def step(name: str) -> AbstractContextManager[object]:
    """A span of a part of what is served; nothing where nothing is, or its trace is not kept."""
    if _tracer is None or not trace.get_current_span().is_recording():
        return _NOTHING
    return _tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False
    )


def note(*, scene: int | None, rule: str, revision: int | None = None) -> None:
    """Say which scene is meant by what is served (internal id), what told so, and how it stands."""
    if _tracer is None:
        return
    noted = {"scene": scene, "rule": rule, "revision": revision}
    known = {f"hello3d.{name}": value for name, value in noted.items() if value is not None}
    trace.get_current_span().set_attributes(known)


def fail(span: Span, code: str) -> None:
    """Say that what is served fails, by an error code."""
    span.set_attribute("error.type", code)
    span.set_status(StatusCode.ERROR)
