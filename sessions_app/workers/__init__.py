"""Background services of a process, and events between processes."""
