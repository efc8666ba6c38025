"""A collector of traces on this machine: takes OTLP over HTTP, and tells what came."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span


def values(attributes: Any) -> dict[str, Any]:
    """Attributes by their names."""
    listed: list[KeyValue] = list(attributes)
    return {
        one.key: getattr(one.value, one.value.WhichOneof("value") or "", None) for one in listed
    }


@dataclass
class Collector:
    """What a collector was sent: each request's body, as it came, and its path."""

    url: str = ""
    paths: set[str] = field(default_factory=set)
    bodies: list[bytes] = field(default_factory=list)

    def _resources(self) -> Iterator[Any]:
        for body in self.bodies:
            request = ExportTraceServiceRequest()
            request.ParseFromString(body)
            yield from request.resource_spans

    def resource(self) -> dict[str, Any]:
        """Who sent the spans."""
        return values(next(self._resources()).resource.attributes)

    def scopes(self) -> set[str]:
        return {scope.scope.name for one in self._resources() for scope in one.scope_spans}

    def spans(self) -> list[Span]:
        """All spans, the first that began first."""
        found = [
            span for one in self._resources() for scope in one.scope_spans for span in scope.spans
        ]
        return sorted(found, key=lambda span: span.start_time_unix_nano)


@contextmanager
def collector() -> Iterator[Collector]:
    """Collect what is sent while the block runs."""
    collected = Collector()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            collected.paths.add(self.path)
            collected.bodies.append(self.rfile.read(int(self.headers["content-length"])))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        collected.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield collected
        finally:
            server.shutdown()
            thread.join()
