"""ASGI and Django middleware: bounds and early responses before any view runs."""
