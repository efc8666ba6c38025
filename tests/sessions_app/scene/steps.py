"""Hypothesis strategies for calls of the scene's operations."""

from typing import Any

from hypothesis import strategies as st

from sessions_app.scene.color_names import CRAYON_COLORS, CSS_COLORS
from sessions_app.scene.operations import Step
from tests.support.operations import step_of

_finite = st.floats(allow_nan=False, allow_infinity=False)
_positive = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
# Mostly coordinates around a bust, and some at the far ends of what a float can hold.
_coordinate = st.floats(-12, 12) | st.sampled_from([0.0, -0.0, 5e-324, -1.7e308]) | _finite

colors = (
    st.from_regex(r"#([0-9a-fA-F]{3}){1,2}", fullmatch=True)
    | st.sampled_from(sorted(CRAYON_COLORS))
    | st.sampled_from(sorted(CSS_COLORS))
)
positions = st.tuples(_coordinate, _coordinate, _coordinate)


def _calls(*names: str, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    """Calls of any of these operations, which take the same."""
    return st.builds(step_of, st.sampled_from(names), **given)


def _of_each_light(what: str, **given: st.SearchStrategy[Any]) -> st.SearchStrategy[Step]:
    return _calls(f"set_key_light_{what}", f"set_fill_light_{what}", **given)


def _light_at(name: str, position: tuple[float, float, float]) -> Step:
    return step_of(name, **dict(zip("xyz", position, strict=True)))


steps: st.SearchStrategy[Step] = st.one_of(
    _calls("change_model_color", "change_background_color", color=colors),
    _calls("change_model_size", size=_positive),
    _calls("scale_model", x=_positive, y=_positive, z=_positive),
    _calls("set_model_rotation", x=_finite, y=_finite, z=_finite),
    _of_each_light("intensity", intensity=_positive | st.just(0.0)),
    _of_each_light("color", color=colors),
    _of_each_light("size", width=_positive, height=_positive),
    st.builds(
        _light_at, st.sampled_from(["set_key_light_position", "set_fill_light_position"]), positions
    ),
    _calls("dolly_camera", distance=_positive),
    _calls("set_camera_fov", fov=_positive),
)
