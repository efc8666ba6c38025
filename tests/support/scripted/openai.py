"""OpenAI's two APIs: chat completions, and responses."""

from collections.abc import Iterable, Iterator
from typing import Any

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

USAGE = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
RESPONSE_USAGE = {
    "input_tokens": 1,
    "input_tokens_details": {"cached_tokens": 0},
    "output_tokens": 1,
    "output_tokens_details": {"reasoning_tokens": 0},
    "total_tokens": 2,
}


class Chat:
    """POST …/chat/completions"""

    def offered(self, body: Body) -> dict[str, Offered]:
        return _offered(tool["function"] for tool in body.get("tools") or [])

    def shown(self, body: Body) -> Shown:
        shown = Shown()
        for message in after_last(body["messages"], "role", "assistant"):
            _add(shown, message.get("content"))
        return shown

    def answer(self, path: str, body: Body, call: Call | None) -> Reply:
        del path
        message = {"role": "assistant", **self._said(call)}
        reason = "stop" if call is None else "tool_calls"
        whole = {"id": new_id("chatcmpl"), "created": 1, "model": body.get("model", "scripted")}
        if not body.get("stream"):
            choice = {"index": 0, "message": message, "finish_reason": reason}
            kind = {"object": "chat.completion"}
            return Reply.of_json(whole | kind | {"choices": [choice], "usage": USAGE})
        chunk = whole | {"object": "chat.completion.chunk"}
        deltas = [(message, None), ({}, reason)]
        choices = [[{"index": 0, "delta": delta, "finish_reason": end}] for delta, end in deltas]
        events = (chunk | {"choices": choice, "usage": USAGE} for choice in choices)
        return Reply.of_events(events, end="data: [DONE]\n\n")

    @staticmethod
    def _said(call: Call | None) -> Body:
        if call is None:
            return {"content": DONE}
        function = {"name": call.name, "arguments": call.as_json}
        made = {"index": 0, "id": call.id, "type": "function", "function": function}
        return {"content": None, "tool_calls": [made]}


class Responses:
    """POST …/responses"""

    def offered(self, body: Body) -> dict[str, Offered]:
        return _offered(_functions(body.get("tools") or []))

    def shown(self, body: Body) -> Shown:
        shown = Shown()
        given = body["input"]
        items = given if isinstance(given, list) else []
        for item in items if _follows(body) else after_last(items, "type", "function_call"):
            if item.get("type") == "function_call_output":
                _add(shown, item["output"])
            elif item.get("role") == "user":
                _add(shown, item.get("content"))
        return shown

    def answer(self, path: str, body: Body, call: Call | None) -> Reply:
        del path
        item = self._item(call)
        response = {
            "id": new_id("resp"),
            "object": "response",
            "created_at": 1,
            "status": "completed",
            "model": body.get("model", "scripted"),
            "output": [item],
            "parallel_tool_calls": False,
            "tool_choice": "auto",
            "tools": [],
            "usage": RESPONSE_USAGE,
        }
        if not body.get("stream"):
            return Reply.of_json(response)
        return Reply.of_events(self._events(response, item), named=True)

    @staticmethod
    def _item(call: Call | None) -> Body:
        if call is None:
            content = [{"type": "output_text", "text": DONE, "annotations": []}]
            message = {"type": "message", "role": "assistant", "status": "completed"}
            return {"id": new_id("msg"), **message, "content": content}
        function = {"name": call.name, "arguments": call.as_json, "call_id": call.id}
        if "." in call.name:
            function["namespace"], function["name"] = call.name.split(".", 1)
        return {"id": new_id("fc"), "type": "function_call", "status": "completed", **function}

    @staticmethod
    def _events(response: Body, item: Body) -> Iterator[Body]:
        started = response | {"status": "in_progress", "output": []}
        yield {"type": "response.created", "response": started, "sequence_number": 0}
        place = {"output_index": 0, "item": item}
        yield {"type": "response.output_item.added", **place, "sequence_number": 1}
        yield {"type": "response.output_item.done", **place, "sequence_number": 2}
        yield {"type": "response.completed", "response": response, "sequence_number": 3}


def _offered(functions: Iterable[Body]) -> dict[str, Offered]:
    return {
        function["name"]: Offered(function.get("description", ""), function.get("parameters") or {})
        for function in functions
    }


def _functions(tools: list[Body], namespace: str = "") -> Iterator[Body]:
    """The functions among the tools, those of a namespace by both names."""
    for tool in tools:
        if tool["type"] == "function":
            yield tool | {"name": f"{namespace}{tool['name']}"}
        elif tool["type"] == "namespace":
            yield from _functions(tool["tools"], f"{tool['name']}.")


def _follows(body: Body) -> bool:
    """Whether the request has what is new only: the provider keeps what was before."""
    return bool(body.get("previous_response_id") or body.get("conversation"))


def _add(shown: Shown, content: Any) -> None:
    """Add what a model is shown of a message's or a result's content, in either API."""
    if isinstance(content, str):
        shown.add_text(content)
        return
    for part in content or []:
        if "text" in part:
            shown.add_text(part["text"])
        else:
            url = part["image_url"]
            shown.add_picture(url if isinstance(url, str) else url["url"])
