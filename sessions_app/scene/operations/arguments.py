"""The base of operations' argument models, and the types of values."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sessions_app.scene.colors import COLOR_TEXT_LIMIT


class Arguments(BaseModel):
    """The arguments of an operation, or the members of an object in them.

    `words` describe each argument by path: `size`, `objects[].size[]`. Each interface has its own;
    a tool's are for models. A validator over several members raises `InvalidValueError`, whose
    message is passed on unchanged.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    words: ClassVar[Mapping[str, str]] = {}


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


def _flag(value: Any) -> Any:
    """Accept a boolean, or its text, which models sometimes send."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    return value


Number = Annotated[float, BeforeValidator(_finite_number)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Color = Annotated[str, Field(max_length=COLOR_TEXT_LIMIT)]
