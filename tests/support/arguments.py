"""Arguments that each tool accepts."""

from typing import Any

ARGUMENTS: dict[str, Any] = {
    "animate": {"animations": [{"target": "model", "motion": "spin"}]},
    "add_objects": {
        "objects": [{"kind": "box", "name": name, "on": "model"} for name in ("hat", "pin")]
    },
    "update_objects": {"changes": [{"target": "key", "intensity": 3}]},
    "repeat_objects": {"target": "hat", "pattern": "row", "count": 3},
    "place_objects": {
        "placements": [{"targets": ["hat row"], "relation": "left_of", "reference": "model"}]
    },
    "check_scene": {"targets": ["model"], "distance_to": "key", "ray": "camera", "plan": "top"},
    "remove_objects": {"targets": ["pin"]},
    "set_environment": {"exposure": 1.2},
    "set_camera": {"view": "three quarter"},
    "history": {"action": "list"},
    "change_model_color": {"color": "teal"},
    "change_model_size": {"size": 2},
    "scale_model": {"x": 1, "y": 2, "z": 3},
    "change_background_color": {"color": "steelblue"},
    "set_model_rotation": {"x": 10, "y": 180, "z": -5},
    "dolly_camera": {"distance": 2},
    "set_camera_fov": {"fov": 40},
    **{
        f"set_{light}_light_{name}": arguments
        for light in ("key", "fill")
        for name, arguments in {
            "intensity": {"intensity": 3},
            "position": {"x": -0.8, "y": 0.7, "z": 0.4},
            "color": {"color": "#abc"},
            "size": {"width": 0.4, "height": 0.5},
        }.items()
    },
}
