"""The WebSockets of scene pages and of the staff's overview."""
