"""What messages between server and browsers are made of."""

import json
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

MAX_REVISION = 2**31 - 1

Revision = Annotated[int, Field(strict=True, ge=0, le=MAX_REVISION)]
OwnId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
# Meters or degrees: wider than documents hold, for a drag that goes too far.
Number = Annotated[float, Field(strict=True, ge=-1e6, le=1e6, allow_inf_nan=False)]
Triple = Annotated[list[Number], Field(min_length=3, max_length=3)]


class PageMessage(BaseModel):
    """A message of a page: exactly the members that it has."""

    model_config = ConfigDict(extra="forbid", alias_generator=to_camel, frozen=True)


def dump(message: dict[str, Any]) -> str:
    return json.dumps(message, separators=(",", ":"))
