"""Google's Gemini API."""

import json

from tests.support.scripted.dialects import DONE, Body, Call, Offered, Reply, Shown

# The members of `Schema` in its reference: an unknown one in `parameters` fails the whole request.
# `parametersJsonSchema` beside it takes JSON Schema.
SCHEMA_MEMBERS = {
    *("type", "format", "title", "description", "nullable", "enum", "maxItems", "minItems"),
    *("properties", "required", "minProperties", "maxProperties", "minLength", "maxLength"),
    *("pattern", "example", "anyOf", "propertyOrdering", "default", "items", "minimum", "maximum"),
}
USAGE = {"promptTokenCount": 1, "candidatesTokenCount": 1, "totalTokenCount": 2}


class Gemini:
    """POST …/models/{model}:generateContent, …:streamGenerateContent and …:countTokens"""

    def offered(self, body: Body) -> dict[str, Offered]:
        declared = [
            function
            for tool in body.get("tools") or []
            for function in tool.get("functionDeclarations") or []
        ]
        return {
            function["name"]: Offered(function["description"], self._schema(function))
            for function in declared
        }

    @staticmethod
    def _schema(function: Body) -> Body:
        """The schema of a function's arguments, which is checked as the real one would."""
        for name in ("parametersJsonSchema", "parameters_json_schema"):  # the API takes both
            if name in function:
                whole: Body = function[name]
                return whole
        schema: Body = function.get("parameters") or {}
        _check(schema, function["name"])
        return schema

    def shown(self, body: Body) -> Shown:
        shown = Shown()
        last = body["contents"][-1]
        for part in last["parts"] if last.get("role") != "model" else []:
            if "functionResponse" in part:
                response = part["functionResponse"]
                shown.add_text(json.dumps(response["response"], ensure_ascii=False))
                self._add_pictures(shown, response.get("parts") or [])
            else:
                self._add_pictures(shown, [part])
        return shown

    @staticmethod
    def _add_pictures(shown: Shown, parts: list[Body]) -> None:
        for part in parts:
            if "inlineData" in part:
                data = part["inlineData"]
                shown.add_picture(f"data:{data['mimeType']};base64,{data['data']}")

    def answer(self, path: str, body: Body, call: Call | None) -> Reply:
        del body
        if path.endswith(":countTokens"):
            return Reply.of_json({"totalTokens": 1})
        part: Body = {"text": DONE}
        if call is not None:
            part = {"functionCall": {"id": call.id, "name": call.name, "args": call.arguments}}
        content = {"role": "model", "parts": [part]}
        candidate = {"index": 0, "content": content, "finishReason": "STOP"}
        whole = {"candidates": [candidate], "usageMetadata": USAGE, "modelVersion": "scripted"}
        if path.endswith(":streamGenerateContent"):
            return Reply.of_events(iter([whole]))
        return Reply.of_json(whole)


def _check(schema: Body, where: str) -> None:
    """Refuse what the API does: members that `Schema` lacks, arrays without `items`."""
    unknown = set(schema) - SCHEMA_MEMBERS
    assert not unknown, f"{where}: {unknown}"
    assert schema.get("type", "").upper() != "ARRAY" or "items" in schema, where
    for name, member in (schema.get("properties") or {}).items():
        _check(member, f"{where}.{name}")
    for member in [schema.get("items"), *(schema.get("anyOf") or [])]:
        if member:
            _check(member, where)
