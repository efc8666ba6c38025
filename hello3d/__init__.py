"""Settings, and the wiring of the whole program."""

__version__ = "0.2.0"
