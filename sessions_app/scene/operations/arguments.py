"""The base of operations' argument models, and the types of values."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from sessions_app.scene.colors import COLOR_TEXT_LIMIT


class Arguments(BaseModel):
    """The arguments of an operation, or the members of an object in them.

    `words` describe each argument by path: `size`, `objects[].size[]`. Each interface has its own;
    a tool's are for models. A validator over several members raises `InvalidValueError`, whose
    message is passed on unchanged.

    Models also write arguments in the forms of other programs. `other_names` are accepted for
    arguments: {"target": "aim"}. `spread` are arguments that may come as an object whose members
    are arguments beside it: {"material": {"preset": "material", "color": "color"}}.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    words: ClassVar[Mapping[str, str]] = {}
    other_names: ClassVar[Mapping[str, str]] = {}
    spread: ClassVar[Mapping[str, Mapping[str, str]]] = {}


_SEPARATORS = re.compile(r"[\s,;]+")
_AXES = ("x", "y", "z")
_ANGLES = ("pitch", "yaw", "roll")
_SIDES = ("width", "height", "depth")


def _finite_number(value: Any) -> Any:
    """Accept a number, or its text, which models sometimes send."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            raise ValueError("number") from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("number")  # noqa: TRY004 - pydantic makes its own error of it
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError("number")
    return number


def _whole_number(value: Any) -> Any:
    """Accept a number without a fraction, or its text."""
    number = _finite_number(value)
    if not number.is_integer():
        raise ValueError("number")
    return int(number)


def _flag(value: Any) -> Any:
    """Accept a boolean, or its text, which models sometimes send."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    return value


def _listed(value: Any, *members: tuple[str, ...]) -> Any:
    """Return a list of numbers that came as "1, 2, 3" or {"x": 1, "y": 2, "z": 3}."""
    if isinstance(value, str):
        parts = _SEPARATORS.split(value.strip("[]() \t\r\n"))
        return [float(part) for part in parts] if all(map(_is_number, parts)) else value
    if isinstance(value, dict):
        for names in members:
            if value.keys() == set(names):
                return [value[name] for name in names]
    return value


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _one_or_more(value: Any) -> Any:
    """Return a list of a single number or text."""
    return [value] if isinstance(value, int | float | str) else value


def _numbers(*members: tuple[str, ...]) -> Callable[[Any], Any]:
    return lambda value: _listed(value, *members)


def _sides(value: Any) -> Any:
    return _one_or_more(_listed(value, _AXES, _SIDES))


def reference(value: Any) -> str | list[float]:
    """Read what names an object or a place, or a point of the world."""
    point = _listed(value, _AXES)
    if isinstance(point, list) and len(point) == len(_AXES):
        return [_finite_number(number) for number in point]
    if not isinstance(value, str):
        raise ValueError("reference")  # noqa: TRY004 - pydantic makes its own error of it
    return value


@dataclass(frozen=True, eq=False)
class OneOf:
    """Annotates a text that is one of some names; case, blanks, hyphens and humps do not matter.

    Attributes:
        names: the accepted ones, in snake case.
        others: more names, each with what it means.
    """

    names: tuple[str, ...]
    others: Mapping[str, str] = field(default_factory=dict)

    def __get_pydantic_core_schema__(self, _: Any, __: GetCoreSchemaHandler) -> CoreSchema:
        """Validate by `read`."""
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, _: CoreSchema, __: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Return the schema of the names."""
        return {"type": "string", "enum": list(self.names)}

    def read(self, value: Any) -> str:
        """Return the name that a value means.

        Raises:
            ValueError: it means none.
        """
        name = snake_case(value.strip()) if isinstance(value, str) else ""
        name = self.others.get(name, name)
        if name not in self.names:
            raise ValueError("name")
        return name


_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BLANKS = re.compile(r"[\s_-]+")


def snake_case(name: str) -> str:
    """Return a name in snake case: pointLight and "Point Light" are point_light."""
    return _BLANKS.sub("_", _HUMP.sub("_", name)).lower()


_TRIPLE = {"type": "array", "items": {"type": "number"}, "minItems": 3, "maxItems": 3}

Number = Annotated[float, BeforeValidator(_finite_number)]
Whole = Annotated[int, BeforeValidator(_whole_number)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Color = Annotated[str, Field(max_length=COLOR_TEXT_LIMIT)]
Point = Annotated[list[Number], Field(min_length=3, max_length=3), BeforeValidator(_numbers(_AXES))]
Angles = Annotated[
    list[Number], Field(min_length=3, max_length=3), BeforeValidator(_numbers(_ANGLES, _AXES))
]
# One number stands for all sides; the area of a light has two.
Size = Annotated[
    list[Number],
    Field(min_length=1, max_length=3),
    BeforeValidator(_sides),
    WithJsonSchema(_TRIPLE),
]
# One number, or one for each axis.
Factors = Annotated[
    list[Number],
    Field(min_length=1, max_length=3),
    BeforeValidator(_sides),
    WithJsonSchema({"type": "number"}),
]
Reference: TypeAlias = Annotated[
    str | list[float], PlainValidator(reference), WithJsonSchema({"type": "string"})
]
# What describes a shape: a kind says how many numbers each point has.
Points = list[
    Annotated[list[Number], BeforeValidator(_numbers(_AXES, ("x", "y"), ("radius", "height")))]
]
Texts = Annotated[list[str], BeforeValidator(_one_or_more)]


class Skipping(Arguments):
    """The arguments of an operation on several objects, which can leave out locked ones."""

    skip_locked: Flag = False
