"""Reads a resource, as a client does."""

import json
from typing import Any

from mcp.client import Client
from mcp_types import TextResourceContents


async def read(client: Client, uri: str) -> dict[str, Any]:
    [content] = (await client.read_resource(uri)).contents
    assert isinstance(content, TextResourceContents)
    assert (content.uri, content.mime_type) == (uri, "application/json")
    body: dict[str, Any] = json.loads(content.text)
    return body


async def document_of(client: Client, key: str) -> dict[str, Any]:
    """The scene document, which its resource holds."""
    document: dict[str, Any] = (await read(client, f"scene://{key}"))["scene"]
    return document
