"""The names of the channel groups."""


def scene_group(scene_session_id: int) -> str:
    """The group of all who hear of the scene's changes: its browsers, and workers that watch it."""
    return f"scene.{scene_session_id}"


# The group of all workers' channels.
WORKERS_GROUP = "workers"
