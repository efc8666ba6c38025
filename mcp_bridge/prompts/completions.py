"""Completes arguments of prompts and resource templates."""

import re
from collections.abc import Iterable, Mapping

import mcp_types as types

from mcp_bridge.calls.protocol_errors import raises_protocol_errors
from mcp_bridge.prompts.catalog import SCENE, require_prompt
from mcp_bridge.resources.handlers import object_names, visible_keys
from mcp_bridge.resources.scene_uris import TEMPLATES, uri_template
from mcp_bridge.tools.context import Context
from sessions_app.scene.errors import InvalidValueError, quoted

MAX_VALUES = 100  # MCP, server/utilities/completion, "Completion Results"

_IGNORED = re.compile(r"[\s._-]+")


@raises_protocol_errors
async def complete(context: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
    """Serve `completion/complete`.

    Only the caller's own session ids are offered, so that others' do not leak.
    """
    argument = params.argument
    if isinstance(params.ref, types.PromptReference):
        asked = require_prompt(params.ref.name).find(argument.name)
        choices = await _own_keys(context) if asked is SCENE else asked.choices
    else:
        given = (params.context.arguments if params.context else None) or {}
        choices = await _template_choices(context, params.ref.uri, argument.name, given)
    matching = _matching(choices, argument.value)
    return types.CompleteResult(
        completion=types.Completion(
            values=matching[:MAX_VALUES],
            total=len(matching),
            has_more=len(matching) > MAX_VALUES,
        )
    )


async def _template_choices(
    context: Context, template: str, name: str, given: Mapping[str, str]
) -> tuple[str, ...]:
    known = [uri_template(part) for part in TEMPLATES]
    if template not in known:
        raise InvalidValueError(
            f"No resource template is {quoted(template, 60)}. There are: {', '.join(known)}."
        )
    if f"{{{name}}}" not in template:
        raise InvalidValueError(f"{template} has no variable {quoted(name)}.")
    if name == "name":
        return await object_names(context, given.get("sessionId"))
    return await _own_keys(context)


async def _own_keys(context: Context) -> tuple[str, ...]:
    return tuple(str(key) for key in await visible_keys(context))


def _matching(choices: Iterable[str], typed: str) -> list[str]:
    """Return choices that begin with the text, then those that contain it, ignoring separators."""
    wanted = _key(typed)
    containing = [choice for choice in choices if wanted in _key(choice)]
    return sorted(containing, key=lambda choice: not _key(choice).startswith(wanted))


def _key(text: str) -> str:
    return _IGNORED.sub("", text).lower()
