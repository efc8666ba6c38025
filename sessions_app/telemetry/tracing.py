"""Spans of tool calls; nearly free unless a trace collector is configured.

Spans hold internal ids, our own names and error codes, but never edit keys, client texts or error
messages. That is why exceptions are not recorded.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import Link, Span, SpanKind, StatusCode, Tracer

_NOTHING: AbstractContextManager[None] = nullcontext()
_tracer: Tracer | None = None


def begin(tracer: Tracer) -> None:
    """Start tracing."""
    global _tracer
    _tracer = tracer


def is_on() -> bool:
    return _tracer is not None


@contextmanager
def serving(
    name: str, attributes: Mapping[str, str], *, parent: Context, links: Sequence[Link] = ()
) -> Iterator[Span]:
    """Open a server span; `parent` carries the caller's span, if it sent one."""
    assert _tracer is not None  # noqa: S101 - check `is_on()` first
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
    """Open a child span of the current one; a no-op if that is not recorded."""
    if _tracer is None or not trace.get_current_span().is_recording():
        return _NOTHING
    return _tracer.start_as_current_span(
        name, record_exception=False, set_status_on_exception=False
    )


def note(*, scene: int | None, rule: str, revision: int | None = None) -> None:
    """Add the scene (internal id), the rule that chose it and its revision to the current span."""
    if _tracer is None:
        return
    noted = {"scene": scene, "rule": rule, "revision": revision}
    known = {f"hello3d.{name}": value for name, value in noted.items() if value is not None}
    trace.get_current_span().set_attributes(known)


def fail(span: Span, code: str) -> None:
    """Mark a span as failed with an error code."""
    span.set_attribute("error.type", code)
    span.set_status(StatusCode.ERROR)
