"""Anthropic's messages API."""

from collections.abc import Iterator

from tests.support.scripted.dialects import (
    DONE,
    Body,
    Call,
    Offered,
    Reply,
    Shown,
    after_last,
    new_id,
)

USAGE = {"input_tokens": 1, "output_tokens": 1}


class Messages:
    """POST …/messages"""

    def offered(self, body: Body) -> dict[str, Offered]:
        tools = [tool for tool in body.get("tools") or [] if "input_schema" in tool]
        return {tool["name"]: Offered(tool["description"], tool["input_schema"]) for tool in tools}

    def shown(self, body: Body) -> Shown:
        shown = Shown()
        for message in after_last(body["messages"], "role", "assistant"):
            content = message["content"]
            for block in content if isinstance(content, list) else []:
                if block["type"] == "tool_result":
                    self._add(shown, block.get("content") or [])
        return shown

    @staticmethod
    def _add(shown: Shown, content: str | list[Body]) -> None:
        if isinstance(content, str):
            shown.add_text(content)
            return
        for block in content:
            if block["type"] == "text":
                shown.add_text(block["text"])
            elif block["type"] == "image":
                source = block["source"]
                shown.add_picture(f"data:{source['media_type']};base64,{source['data']}")
            else:
                raise AssertionError(f"An unknown block: {block['type']}")

    def answer(self, path: str, body: Body, call: Call | None) -> Reply:
        if path.endswith("/count_tokens"):
            return Reply.of_json({"input_tokens": 1})
        block: Body = {"type": "text", "text": DONE}
        if call is not None:
            block = {"type": "tool_use", "id": call.id, "name": call.name, "input": call.arguments}
        reason = "end_turn" if call is None else "tool_use"
        message = {
            "id": new_id("msg"),
            "type": "message",
            "role": "assistant",
            "model": body.get("model", "scripted"),
            "content": [block],
            "stop_reason": reason,
            "stop_sequence": None,
            "usage": USAGE,
        }
        if not body.get("stream"):
            return Reply.of_json(message)
        return Reply.of_events(self._events(message, block, call), named=True)

    @staticmethod
    def _events(message: Body, block: Body, call: Call | None) -> Iterator[Body]:
        start = message | {"content": [], "stop_reason": None}
        yield {"type": "message_start", "message": start}
        empty: Body = {"text": ""} if call is None else {"input": {}}
        yield {"type": "content_block_start", "index": 0, "content_block": block | empty}
        delta = {"type": "text_delta", "text": DONE}
        if call is not None:
            delta = {"type": "input_json_delta", "partial_json": call.as_json}
        yield {"type": "content_block_delta", "index": 0, "delta": delta}
        yield {"type": "content_block_stop", "index": 0}
        end = {"stop_reason": message["stop_reason"], "stop_sequence": None}
        yield {"type": "message_delta", "delta": end, "usage": USAGE}
        yield {"type": "message_stop"}
