"""Sends the spans of tool calls to a collector, if one is configured."""

import asyncio
from threading import Thread
from typing import TYPE_CHECKING

from django.conf import settings

from sessions_app.telemetry import tracing

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

SEND_WITHIN_SECONDS = 3.0

_provider: "TracerProvider | None" = None


def begin() -> None:
    """Start tracing if a collector is configured; only then is the exporter imported.

    The SDK's own environment variables configure the rest: sampler, queue, headers, timeout.
    """
    global _provider
    if settings.TRACES_URL is None or _provider is not None:
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({
        "service.name": settings.TRACES_SERVICE_NAME,
        "service.version": settings.VERSION,
        "service.instance.id": settings.INSTANCE_NAME,
    })  # fmt: skip
    # Not OpenTelemetry's global provider: the MCP SDK would add spans with clients' texts.
    _provider = TracerProvider(resource=resource)
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(settings.TRACES_URL)))
    tracing.begin(_provider.get_tracer("hello3d", settings.VERSION))


async def stop() -> None:
    """Send the remaining spans within 3 s."""
    if _provider is not None:
        # A daemon thread, so that a hanging collector cannot block the exit.
        sending = Thread(target=_provider.shutdown, name="last spans", daemon=True)
        sending.start()
        await asyncio.to_thread(sending.join, SEND_WITHIN_SECONDS)
