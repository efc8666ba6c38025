"""Arguments that each tool accepts."""

from typing import Any

STUDIO_GROUP: dict[str, Any] = {
    "set_model_rotation": {"x": 10, "y": 180, "z": -5},
    "rotate_model_clockwise": {},
    "rotate_model_counterclockwise": {"degrees": 20},
    "nudge_model_pitch_up": {},
    "nudge_model_pitch_down": {"degrees": 1},
    "nudge_model_roll": {},
    "get_model_rotation": {},
    "get_model_color": {},
    "get_model_scale": {},
    "get_background_color": {},
    **{
        name.format(light): arguments
        for light in ("key", "fill")
        for name, arguments in {
            "set_{}_light_position_spherical": {"azimuth": "west", "elevation": 30},
            "set_{}_light_distance": {"distance": 2},
            "swing_{}_light_up": {},
            "swing_{}_light_down": {},
            "swing_{}_light_left": {},
            "swing_{}_light_right": {},
            "walk_{}_light_in": {},
            "walk_{}_light_out": {},
            "rotate_{}_light_clockwise": {},
            "rotate_{}_light_counterclockwise": {"degrees": 45},
            "nudge_{}_light_elevation_up": {},
            "nudge_{}_light_elevation_down": {},
            "move_{}_light_toward_direction": {"direction": "front"},
            "get_{}_light_position_spherical": {},
            "get_{}_light_intensity": {},
            "get_{}_light_color": {},
            "get_{}_light_size": {},
        }.items()
    },
    "dolly_camera": {"distance": 2},
    "dolly_camera_in": {},
    "dolly_camera_out": {"amount": 0.2},
    "set_camera_fov": {"fov": 40},
    "increase_camera_fov": {},
    "decrease_camera_fov": {},
    "get_camera_distance": {},
    "get_camera_fov": {},
}
ARGUMENTS: dict[str, Any] = {
    **STUDIO_GROUP,
    "animate": {"animations": [{"target": "model", "motion": "spin"}]},
    "add_objects": {
        "objects": [{"kind": "box", "name": name, "on": "model"} for name in ("hat", "pin")]
    },
    "update_objects": {"changes": [{"target": "key", "intensity": 3}]},
    "repeat_objects": {"target": "hat", "pattern": "row", "count": 3},
    "add_chart": {"name": "sales", "csv": "quarter,north,south\nQ1,3,4\nQ2,5,-1"},
    "place_objects": {
        "placements": [{"targets": ["hat row"], "relation": "left_of", "reference": "model"}]
    },
    "check_scene": {"targets": ["model"], "distance_to": "key", "ray": "camera", "plan": "top"},
    "remove_objects": {"targets": ["pin"]},
    "set_environment": {"exposure": 1.2},
    "set_camera": {"view": "three quarter"},
    "history": {"action": "list"},
    "export_scene": {"format": "json"},
    "change_model_color": {"color": "teal"},
    "change_model_size": {"size": 2},
    "scale_model": {"x": 1, "y": 2, "z": 3},
    "change_background_color": {"color": "steelblue"},
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
