"""The catalog of props as a resource: scene://props, and scene://props/{search}."""

import json
from urllib.parse import unquote

import mcp_types as types

from sessions_app.scene.props.catalog import search_props
from sessions_app.scene.props.recipes import Prop

URI = "scene://props"
JSON = "application/json"

_TITLE = "Props"
_DESCRIPTION = "Things ready made for add_objects: name, forms, usual size in meters, other words."

RESOURCE = types.Resource(
    uri=URI, name="props", title=_TITLE, description=_DESCRIPTION, mime_type=JSON
)
TEMPLATE = types.ResourceTemplate(
    uri_template=f"{URI}/{{search}}",
    name="props/{search}",
    title=_TITLE,
    description=f"{_DESCRIPTION} Those with a word that has this in it.",
    mime_type=JSON,
)


def read_catalog(uri: str) -> types.ReadResourceResult | None:
    """Return the props that a URI asks for; None if it is of another resource."""
    start, _, search = uri.removeprefix("scene://").partition("/")
    if not uri.startswith("scene://") or start != "props":
        return None
    found = [_described(prop) for prop in search_props(unquote(search))]
    text = json.dumps({"props": found}, ensure_ascii=False)
    content = types.TextResourceContents(uri=uri, mime_type=JSON, text=text)
    return types.ReadResourceResult(contents=[content])


def _described(prop: Prop) -> dict[str, object]:
    forms = {name: list(recipe.size) for name, recipe in prop.forms.items() if name}
    described: dict[str, object] = {"prop": prop.name, "size": list(prop.recipe().size)}
    if forms:
        described["forms"] = forms
    return described | {"words": list(prop.words)}
