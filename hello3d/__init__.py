"""Settings, and how everything is wired into one program."""

__version__ = "0.2.0"
