"""WebSockets: of a scene's page, and of the staff's overview."""
