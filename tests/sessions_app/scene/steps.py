"""Hypothesis strategies for calls of the scene's operations."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from hypothesis import strategies as st

from sessions_app.scene import operations as ops
from sessions_app.scene.color_names import CRAYON_COLORS, CSS_COLORS
from sessions_app.scene.document import Document, LightName

Step: TypeAlias = Callable[[Document], ops.Change]

_finite = st.floats(allow_nan=False, allow_infinity=False)
_positive = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
# Mostly coordinates of a studio, and some at the far ends of what a float can hold.
_coordinate = st.floats(-120, 120) | st.sampled_from([0.0, -0.0, 5e-324, -1.7e308]) | _finite
_LIGHTS: tuple[LightName, ...] = ("key", "fill")
_light = st.sampled_from(_LIGHTS)

colors = (
    st.from_regex(r"#([0-9a-fA-F]{3}){1,2}", fullmatch=True)
    | st.sampled_from(sorted(CRAYON_COLORS))
    | st.sampled_from(sorted(CSS_COLORS))
)
positions = st.tuples(_coordinate, _coordinate, _coordinate).filter(any)


def _calls(operation: Callable[..., ops.Change], **arguments: st.SearchStrategy[Any]) -> Any:
    return st.fixed_dictionaries(arguments).map(lambda kwargs: partial(operation, **kwargs))


def _light_at(light: LightName, position: tuple[float, float, float]) -> Step:
    x, y, z = position
    return partial(ops.set_light_position, light=light, x=x, y=y, z=z)


steps: st.SearchStrategy[Step] = st.one_of(
    _calls(ops.set_model_color, color=colors),
    _calls(ops.set_model_size, size=_positive),
    _calls(ops.set_model_scale, x=_positive, y=_positive, z=_positive),
    _calls(
        ops.set_model_rotation, pitch_degrees=_finite, yaw_degrees=_finite, roll_degrees=_finite
    ),
    _calls(ops.set_light_intensity, light=_light, intensity=_positive | st.just(0.0)),
    _calls(ops.set_light_color, light=_light, color=colors),
    _calls(ops.set_light_size, light=_light, width=_positive, height=_positive),
    st.builds(_light_at, _light, positions),
    _calls(ops.set_background_color, color=colors),
    _calls(ops.set_camera_distance, distance=_positive),
    _calls(ops.set_camera_fov, fov_degrees=_positive),
)
