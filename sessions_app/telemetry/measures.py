"""Metrics that a process collects about itself for /metrics (docs/operations.md)."""

from prometheus_client import CollectorRegistry, Histogram, disable_created_metrics

disable_created_metrics()  # type: ignore[no-untyped-call] # one more gauge per metric

REGISTRY = CollectorRegistry()

ACKNOWLEDGEMENT_SECONDS = Histogram(
    "hello3d_acknowledgement_seconds",
    "From sending a change to a scene's browsers until the first of them has shown it.",
    buckets=(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0),
    registry=REGISTRY,
)
