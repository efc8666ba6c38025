"""Settings, and how everything is wired into one program."""

__version__ = "0.1.0"
