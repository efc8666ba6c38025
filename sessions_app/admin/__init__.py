"""The admin for staff; users and groups keep Django's own pages."""

from sessions_app.admin import people, records, scene_sessions

__all__ = ["people", "records", "scene_sessions"]
