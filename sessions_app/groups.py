"""The names of the channel groups."""


def scene_group(scene_session_id: int) -> str:
    """The group of all browsers that look at the scene session with this internal id."""
    return f"scene.{scene_session_id}"


# The group of all workers' channels.
WORKERS_GROUP = "workers"
