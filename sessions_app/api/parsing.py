"""Parses request bodies, which are bounded JSON, and always responds with JSON."""

import json
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from sessions_app.web.json_bounds import excess

MAX_BODY_BYTES = 16 * 1024


class BoundedJSONParser(JSONParser):
    """Refuses JSON that is malformed, too deeply nested or has too many values."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        text = stream.read()
        if too_much := excess(text):
            raise ParseError(f"The JSON {too_much}.")
        try:
            parsed = super().parse(BytesIO(text), media_type, parser_context)
            json.dumps(parsed, ensure_ascii=False).encode()
        except UnicodeEncodeError:
            raise ParseError("The JSON holds one half of a surrogate pair.") from None
        return parsed


class AlwaysJSON(DefaultContentNegotiation):
    """Ignores `Accept`, because there is one form of each response (RFC 9110, 12.4.1)."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,
    ) -> tuple[BaseRenderer, str]:
        del request, format_suffix
        renderer = next(iter(renderers))
        return renderer, renderer.media_type
