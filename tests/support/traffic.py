"""What a page asks of the network, as the browser itself counts it."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Page


@dataclass
class Request:
    """One that left the page; `bytes` came over the wire, heads included."""

    url: str
    status: int = 0
    is_from_cache: bool = False
    is_icon: bool = False
    bytes: int = 0
    failure: str = ""

    @property
    def path(self) -> str:
        return urlsplit(self.url).path


@dataclass
class Traffic:
    """All requests of a page from the moment that it is watched, or was forgotten."""

    _requests: dict[str, Request] = field(default_factory=dict)
    _socket_bytes: int = 0

    @classmethod
    async def of(cls, page: Page) -> "Traffic":
        traffic = cls()
        session = await page.context.new_cdp_session(page)
        await session.send("Network.enable")
        for event, heard in (
            ("requestWillBeSent", traffic._sent),
            ("requestServedFromCache", traffic._cached),
            ("responseReceived", traffic._answered),
            ("loadingFinished", traffic._finished),
            ("loadingFailed", traffic._failed),
            ("webSocketFrameReceived", traffic._frame),
            ("webSocketFrameSent", traffic._frame),
        ):
            session.on(f"Network.{event}", heard)
        return traffic

    def forget(self) -> None:
        self._requests.clear()
        self._socket_bytes = 0

    @property
    def requests(self) -> list[Request]:
        """Those to a server."""
        return [
            one for one in self._requests.values() if not one.url.startswith(("data:", "blob:"))
        ]

    @property
    def over_the_wire(self) -> list[Request]:
        """Without the icon: the browser asks for it when it likes, even during the next page."""
        return [one for one in self.requests if not (one.is_from_cache or one.is_icon)]

    @property
    def bytes(self) -> int:
        return self._socket_bytes + sum(one.bytes for one in self.requests)

    @property
    def failures(self) -> list[str]:
        return [
            f"{one.url}: {one.failure or one.status}"
            for one in self.requests
            if one.failure or one.status >= 400
        ]

    def _sent(self, event: dict[str, Any]) -> None:
        # A document, a style or a picture has a type of its own; what is left is the icon.
        is_icon = event.get("type") == "Other"
        self._requests[event["requestId"]] = Request(event["request"]["url"], is_icon=is_icon)

    def _cached(self, event: dict[str, Any]) -> None:
        if found := self._requests.get(event["requestId"]):
            found.is_from_cache = True

    def _answered(self, event: dict[str, Any]) -> None:
        if found := self._requests.get(event["requestId"]):
            found.status = event["response"]["status"]
            found.is_from_cache |= event["response"].get("fromDiskCache", False)

    def _finished(self, event: dict[str, Any]) -> None:
        if found := self._requests.get(event["requestId"]):
            found.bytes = event["encodedDataLength"]

    def _failed(self, event: dict[str, Any]) -> None:
        if found := self._requests.get(event["requestId"]):
            found.failure = event["errorText"]

    def _frame(self, event: dict[str, Any]) -> None:
        self._socket_bytes += len(event["response"]["payloadData"])
