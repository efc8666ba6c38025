"""The prompts, which people select by name and models carry out with the tools."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import mcp_types as types

from mcp_bridge.calls.protocol_errors import raises_protocol_errors
from mcp_bridge.prompts import lighting
from mcp_bridge.tools.context import Context
from mcp_bridge.tools.leniency import SCENE_FALLBACKS, present
from sessions_app.scene.color_names import CRAYON_COLORS, CSS_COLORS
from sessions_app.scene.colors import parse_color
from sessions_app.scene.descriptions.numbers import point
from sessions_app.scene.directions import COMPASS_NAMES, VIEWER_SIDES, parse_azimuth
from sessions_app.scene.document.kinds import STARTS
from sessions_app.scene.errors import InvalidValueError, quoted
from sessions_app.web.links import find_edit_key

T = TypeVar("T")

MAX_WISH_LENGTH = 500

_STARTS: Mapping[str, str] = dict.fromkeys(STARTS, "")
DETAILS = {
    "brief": "Answer in two or three sentences.",
    "full": "Answer in full: every value with its unit, one line for each part of the scene.",
}


@dataclass(frozen=True)
class Argument(Generic[T]):
    """An argument of a prompt.

    `read` parses the person's text into a value for the prompt, so that no raw text gets into it.
    `choices` are offered as completions.
    """

    name: str
    description: str
    read: Callable[[str], T]
    choices: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True)
class Prompt:
    """A prompt; `write` takes the parsed arguments, None for absent ones."""

    name: str
    title: str
    description: str
    arguments: tuple[Argument[Any], ...]
    write: Callable[..., str]

    @property
    def definition(self) -> types.Prompt:
        """The prompt's entry in `prompts/list`."""
        return types.Prompt(
            name=self.name,
            title=self.title,
            description=self.description,
            arguments=[
                types.PromptArgument(
                    name=argument.name,
                    description=argument.description,
                    required=argument.required,
                )
                for argument in self.arguments
            ],
        )

    def find(self, name: str) -> Argument[Any]:
        """Return the argument with this name.

        Raises:
            InvalidValueError: the prompt has no such argument.
        """
        for argument in self.arguments:
            if argument.name == name:
                return argument
        names = ", ".join(argument.name for argument in self.arguments)
        raise InvalidValueError(f"Unknown argument {quoted(name)}. {self.name} takes: {names}.")

    def text(self, given: Mapping[str, str]) -> str:
        """Return the prompt's text for a person's arguments; an empty value counts as absent.

        Raises:
            InvalidValueError: an argument is unknown, missing or not accepted.
        """
        named = {name: value for name, value in given.items() if present(given, name) is not None}
        for name in SCENE_FALLBACKS:  # as in calls, they count if they name a scene
            if (text := named.pop(name, "")) and find_edit_key(text):
                named.setdefault("scene", text)
        for name in named:
            self.find(name)
        for argument in self.arguments:
            if argument.required and argument.name not in named:
                raise InvalidValueError(f"`{argument.name}` is missing. {argument.description}")
        return self.write(**{
            argument.name: argument.read(named[argument.name]) if argument.name in named else None
            for argument in self.arguments
        })  # fmt: skip


def _one_of(what: str, choices: Mapping[str, T]) -> Callable[[str], tuple[str, T]]:
    """Return a parser that accepts one of the names and returns it with its value."""

    def read(text: str) -> tuple[str, T]:
        name = text.strip().lower().replace(" ", "_").replace("-", "_")
        if name not in choices:
            known = ", ".join(choices)
            raise InvalidValueError(
                f"The {what} {quoted(text)} is not known. Give one of: {known}."
            )
        return name, choices[name]

    return read


def _read_scene(text: str) -> str:
    edit_key = find_edit_key(text)
    if edit_key is None:
        raise InvalidValueError(
            f"{quoted(text)} is no scene's id. Give the id or the link that"
            " get_browser_connection_url returned, or leave `scene` out."
        )
    return str(edit_key)


def _read_wish(text: str) -> str:
    wish = " ".join(text.split())
    if len(wish) > MAX_WISH_LENGTH:
        raise InvalidValueError(
            f"`what` has {len(wish)} characters; at most {MAX_WISH_LENGTH} are accepted."
        )
    return quoted(wish, MAX_WISH_LENGTH)


SCENE = Argument(
    "scene",
    "The scene's id or its link, as get_browser_connection_url returned it.",
    _read_scene,
)


def _each_call(scene: str | None) -> str:
    if scene:
        return f'pass scene="{scene}" in each call'
    return (
        "pass the id of our scene as `scene` in each call; if we have none yet, call"
        " get_browser_connection_url first and take it from there"
    )


def _connect_browser(scene: str | None) -> str:
    named = f' with scene="{scene}"' if scene else ""
    return (
        f"Connect my browser to the 3D scene. Call get_browser_connection_url{named}, then give me"
        " the link that it returns, unchanged and on a line of its own, and ask me to open it."
        " Remember the id that it returns and pass it as `scene` in every later call."
        " If the answer says that no browser is open, that is no fault: what you change is stored"
        " and shows as soon as I open the link."
    )


def _describe_scene(scene: str | None, detail: tuple[str, str] | None) -> str:
    named = f' with scene="{scene}"' if scene else ""
    return (
        f"Describe the 3D scene as it is now. Call get_scene{named}, all of its pages, and change"
        " nothing. Say what there is, how large, of what color and where (left, right, in front,"
        " behind, on what), what stands out, where each light comes from as the viewer sees it, how"
        " strong, large and of what color it is, what the background is, and where the camera"
        " stands. +x is the viewer's right, +z toward the viewer."
        f" {detail[1] if detail else DETAILS['brief']}"
    )


def _build(what: str, start: tuple[str, str] | None, scene: str | None) -> str:
    if scene:
        begin = f'Call get_scene with scene="{scene}", and pass that in each call.'
    else:
        name = start[0] if start else "studio"
        begin = (
            f'Call open_session with scene="" and start="{name}", give me its link, and pass its id'
            " as `scene` in each call."
        )
    return "\n".join([
        f"Build this as a 3D scene: {what}",
        f"1. {begin}",
        "2. Plan it in meters at its real size: what is large first, then what stands on it.",
        "3. Call add_objects a few times, many objects each: give `size` and `on` where you can,"
        " positions where you must; make one group of what belongs together, and give it a name.",
        "4. Read what each answer calls odd, and make the calls that mend it.",
        "5. Call take_screenshot, compare it with what I asked for, and mend what is wrong. Without"
        " a browser, check with get_scene.",
        "Then tell me in two or three sentences what you have built, and what you left out.",
    ])  # fmt: skip


def _studio_lighting(
    set_up: tuple[str, lighting.SetUp],
    mood: tuple[str, lighting.Mood] | None,
    color: str | None,
    direction: float | None,
    scene: str | None,
) -> str:
    name, plain = set_up
    mood_name, mood_of = mood or ("neutral", lighting.MOODS["neutral"])
    adapted = lighting.adapt(plain, mood_of, color=color, azimuth=direction)
    steps = [f"{number}. {call}" for number, call in enumerate(lighting.calls(adapted), 1)]
    return "\n".join([
        f"Light the 3D scene in the manner of {name.replace('_', ' ')} lighting, mood"
        f" {mood_name}: {plain.look}.",
        f"Make these calls in this order; {_each_call(scene)}:",
        *steps,
        "The numbers are meters, for the bust `model` at its start, with its middle at"
        f" {point(lighting.CENTER)}. If get_scene tells of another subject, put the lights around"
        " the middle of that, and multiply distances and sizes by its height divided by 0.65.",
        "Change neither the model nor the camera. Then call get_scene, and tell me in one or two"
        " sentences how the light falls now and whether a browser shows it.",
    ])  # fmt: skip


PROMPTS = {
    prompt.name: prompt
    for prompt in (
        Prompt(
            "connect_browser",
            "Connect a browser",
            "Have the model give you the link that shows the scene live in your browser.",
            (SCENE,),
            _connect_browser,
        ),
        Prompt(
            "studio_lighting",
            "Light the studio",
            "Have the model set both lights and the background as in a classic portrait set-up.",
            (
                Argument(
                    "set_up",
                    f"One of: {', '.join(lighting.SET_UPS)}.",
                    _one_of("set-up", lighting.SET_UPS),
                    choices=tuple(lighting.SET_UPS),
                    required=True,
                ),
                Argument(
                    "mood",
                    f"One of: {', '.join(lighting.MOODS)}; neutral if left out.",
                    _one_of("mood", lighting.MOODS),
                    choices=tuple(lighting.MOODS),
                ),
                Argument(
                    "color",
                    "The key light's color, instead of the mood's: #rrggbb, #rgb, a CSS color name"
                    " or a crayon name.",
                    lambda text: parse_color(text).hex,
                    choices=tuple(dict.fromkeys((*CRAYON_COLORS, *CSS_COLORS))),
                ),
                Argument(
                    "direction",
                    "Where the key light comes from, instead of the set-up's own place: front,"
                    " back, left, right, a compass name (north is behind the model) or degrees. The"
                    " fill light goes to the mirrored place.",
                    parse_azimuth,
                    choices=(*VIEWER_SIDES, *COMPASS_NAMES),
                ),
                SCENE,
            ),
            _studio_lighting,
        ),
        Prompt(
            "build_scene",
            "Build a scene",
            "Have the model build what you describe, in a new scene or in one that there is.",
            (
                Argument("what", "What to build, in your words.", _read_wish, required=True),
                Argument(
                    "start",
                    f"What a new scene begins with, one of: {', '.join(_STARTS)}; studio if left"
                    " out.",
                    _one_of("start", _STARTS),
                    choices=STARTS,
                ),
                SCENE,
            ),
            _build,
        ),
        Prompt(
            "describe_scene",
            "Describe the scene",
            "Have the model tell in plain words what the scene shows now.",
            (
                Argument(
                    "detail",
                    f"One of: {', '.join(DETAILS)}; brief if left out.",
                    _one_of("detail", DETAILS),
                    choices=tuple(DETAILS),
                ),
                SCENE,
            ),
            _describe_scene,
        ),
    )
}


def require_prompt(name: str) -> Prompt:
    """Return the prompt with this name.

    Raises:
        InvalidValueError: there is none (MCP, server/prompts, "Error Handling": -32602).
    """
    if name not in PROMPTS:
        known = ", ".join(PROMPTS)
        raise InvalidValueError(f"No prompt is called {quoted(name)}. There are: {known}.")
    return PROMPTS[name]


async def list_prompts(
    _: Context, __: types.PaginatedRequestParams | None
) -> types.ListPromptsResult:
    return types.ListPromptsResult(prompts=[prompt.definition for prompt in PROMPTS.values()])


@raises_protocol_errors
async def get_prompt(_: Context, params: types.GetPromptRequestParams) -> types.GetPromptResult:
    """Serve `prompts/get`."""
    prompt = require_prompt(params.name)
    text = prompt.text(params.arguments or {})
    message = types.PromptMessage(role="user", content=types.TextContent(type="text", text=text))
    return types.GetPromptResult(description=prompt.description, messages=[message])
