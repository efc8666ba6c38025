"""Telemetry of a process: log fields, metrics, histograms and traces."""
