"""What operations take: the base of their argument models, and the types of values."""

import math
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from sessions_app.scene.colors import COLOR_TEXT_LIMIT


class Arguments(BaseModel):
    """The arguments of an operation, or the members of an object in them.

    `words` say what each is to whoever fills them in, by path: `size`, `objects[].size[]`. They are
    the interface's own: a tool's are for models. A validator that looks at several members raises
    `InvalidValueError`, whose message comes through as it is.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    words: ClassVar[Mapping[str, str]] = {}


def _finite_number(value: Any) -> Any:
    """Take what is a number, or the text of one, as models write it now and then."""
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
    """Take true and false, or the text of one, as models write it now and then."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.strip().lower(), value)
    return value


Number = Annotated[float, BeforeValidator(_finite_number)]
Flag = Annotated[bool, BeforeValidator(_flag)]
Color = Annotated[str, Field(max_length=COLOR_TEXT_LIMIT)]
