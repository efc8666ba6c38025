"""Sets the environment, from the background to the shadows, and the scene's name."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field

from sessions_app.scene.changes.edit import Edit
from sessions_app.scene.colors import parse_color
from sessions_app.scene.descriptions.scene import environment_words
from sessions_app.scene.document.kinds import KINDS, LIGHT_PRESETS, range_of
from sessions_app.scene.document.members import FLOORS, PLACE_RANGE
from sessions_app.scene.document.names import in_quotes, scene_name
from sessions_app.scene.errors import InvalidValueError
from sessions_app.scene.geometry import vectors
from sessions_app.scene.geometry.layout import Bounds
from sessions_app.scene.operations.arguments import (
    Arguments,
    Color,
    Flag,
    Number,
    OneOf,
    Texts,
    snake_case,
)
from sessions_app.scene.operations.change import Report
from sessions_app.scene.operations.following import (
    aim_of,
    surroundings_now,
)
from sessions_app.scene.operations.numbers import limit_numbers, stored
from sessions_app.scene.operations.paths import at, reword
from sessions_app.scene.operations.registry import operation

_TONES = KINDS["environment"]["tone"].choices
_NO_FOG = ("none", "off", "false")
_PLAIN_FOG = ("on", "true")

LightPreset = Annotated[str, OneOf(LIGHT_PRESETS)]
Tone = Annotated[str, OneOf(_TONES)]


def _flag_text(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value


class SetEnvironment(Arguments):
    background: Annotated[Texts, Field(min_length=1, max_length=2)] | None = None
    light: LightPreset | None = None
    light_intensity: Number | None = None
    ambient: Number | None = None
    floor: Color | None = None
    fog: Annotated[Color, BeforeValidator(_flag_text)] | None = None
    fog_near: Number | None = None
    fog_far: Number | None = None
    exposure: Number | None = None
    shadows: Flag | None = None
    tone: Tone | None = None
    # Longer ones are refused in words of their own. Frameworks fill in "", which names nothing.
    name: (
        Annotated[str, Field(max_length=1000), BeforeValidator(lambda text: text or None)] | None
    ) = None

    spread: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "fog": {"color": "fog", "near": "fog_near", "far": "fog_far"},
        "light": {"preset": "light", "intensity": "light_intensity"},
    }


@operation("set_environment", SetEnvironment)
def set_environment(edit: Edit, given: SetEnvironment) -> Report:
    """Set what is given of the environment, and of the scene its name.

    Raises:
        InvalidValueError: nothing is given, or a value is not accepted.
    """
    if not any(value is not None for value in given.model_dump().values()):
        raise InvalidValueError(
            "Nothing is given to set. set_environment takes: "
            f"{', '.join(SetEnvironment.model_fields)}."
        )
    notes: list[str] = []
    summaries, words = [], []
    if given.name is not None:
        name = scene_name(given.name)
        is_new = edit.set((), "name", name)
        summaries.append(f"The scene is {'now' if is_new else 'already'} named {in_quotes(name)}.")
        words.append(f"Named the scene “{name}”." if is_new else f"It is named “{name}” already.")
    members = dict(_members(edit, given, notes))
    changed = [name for name, value in members.items() if edit.set(("environment",), name, value)]
    environment = edit.get(("environment",))
    if members:
        headline = "The environment is now so:" if changed else "The environment is so already:"
        lines = [f"{name}: {what}" for name, what in environment_words(environment).items()]
        summaries += [headline, *notes, *lines]
        words.append(
            "The surroundings were changed." if changed else "The surroundings are so already."
        )
    return Report(
        # No null: clients refuse a member that is an object or null.
        values={
            "environment": {name: each for name, each in environment.items() if each is not None}
        },
        summary="\n".join(summaries),
        words=" ".join(words),
    )


def _members(edit: Edit, given: SetEnvironment, notes: list[str]) -> Iterator[tuple[str, Any]]:
    if given.background is not None:
        yield (
            "background",
            [_color(each, f"background[{index}]") for index, each in enumerate(given.background)],
        )
    if given.floor is not None:
        plain = snake_case(given.floor.strip())
        yield "floor", plain if plain in FLOORS else _floor_color(given.floor)
    numbers = {
        "lightIntensity": ("light_intensity", given.light_intensity),
        "ambient": ("ambient", given.ambient),
        "exposure": ("exposure", given.exposure),
    }
    for member, (name, value) in numbers.items():
        if value is not None:
            [limited], note = limit_numbers(range_of("environment", member), **{name: value})
            notes += [note] if note else []
            yield member, limited
    for member, plain_value in (
        ("light", given.light),
        ("shadows", given.shadows),
        ("tone", given.tone),
    ):
        if plain_value is not None:
            yield member, plain_value
    if (given.fog, given.fog_near, given.fog_far) != (None, None, None):
        yield "fog", _fog(edit, given)


def _color(text: str, path: str) -> str:
    with at(path):
        return parse_color(text).hex


def _floor_color(text: str) -> str:
    try:
        return _color(text, "floor")
    except InvalidValueError as refused:
        reword(refused, f"{refused.message} Or {', '.join(FLOORS)}.")
        raise


def _fog(edit: Edit, given: SetEnvironment) -> dict[str, Any] | None:
    now = edit.get(("environment",))["fog"]
    text = (given.fog or "on").strip().lower()
    if text in _NO_FOG:
        if given.fog_near is not None or given.fog_far is not None:
            raise InvalidValueError(
                "`fog` is to be none, so `fog_near` and `fog_far` contradict it: leave them out."
            )
        return None
    if text in _PLAIN_FOG:
        background = given.background or edit.get(("environment",))["background"]
        color = now["color"] if now else _color(background[-1], "background")
    else:
        color = _color(given.fog or "", "fog")
    near, far = (now["near"], now["far"]) if now else _usual_fog(edit)
    near = near if given.fog_near is None else given.fog_near
    far = far if given.fog_far is None else given.fog_far
    if given.fog_far is None and far <= near:
        far = 3 * near
    if not (0 <= near < far <= PLACE_RANGE.maximum):
        raise InvalidValueError(
            f"`fog_near` {near:g} and `fog_far` {far:g} are not accepted: give meters from the"
            f" camera, 0 or more, far above near, at most {PLACE_RANGE.maximum:g}."
        )
    return {"color": color, "near": stored(near), "far": stored(far)}


def _usual_fog(edit: Edit) -> tuple[float, float]:
    """Return where fog begins and hides all: behind the middle of what the camera looks at."""
    around = surroundings_now(edit)
    bounds = around.subject or Bounds((-1.0, 0.0, -1.0), (1.0, 1.0, 1.0))
    camera = edit.get(())["camera"]
    away = bounds.diagonal
    if camera is not None:
        entity = edit.get(("objects", camera))
        way = vectors.subtract(around.layout.frame(camera).origin, aim_of(entity, around))
        away = vectors.length(way)
    return round(away, 2), round(away + 4 * bounds.diagonal, 2)
