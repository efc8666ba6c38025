"""Staff at a server's admin, as their browser asks it: signed in, with the token of its forms."""

from types import TracebackType
from typing import Any, Self

import httpx2

from tests.support.http import http_client
from tests.support.stores import PASSWORD


class Staff:
    """One signed-in person."""

    def __init__(self, origin: str) -> None:
        self._http = http_client(base_url=origin)

    @classmethod
    async def sign_in(cls, origin: str, name: str = "person") -> Self:
        """Sign in by the admin's own form; the account has PASSWORD."""
        staff = cls(origin)
        await staff.get("/admin/login/")
        answer = await staff.post("/admin/login/", username=name, password=PASSWORD)
        assert answer.status_code == 302, answer.text
        return staff

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await self._http.aclose()

    async def get(self, path: str) -> httpx2.Response:
        return await self._http.get(path)

    async def post(self, path: str, **fields: Any) -> httpx2.Response:
        [token] = [value for name, value in self._http.cookies.items() if name.endswith("_csrf")]
        return await self.post_without_token(path, csrfmiddlewaretoken=token, **fields)

    async def post_without_token(self, path: str, **fields: Any) -> httpx2.Response:
        """Post these fields and no others, as a page elsewhere would have it done."""
        return await self._http.post(path, data=fields)

    async def act(self, action: str, *scene_session_ids: int, **fields: Any) -> httpx2.Response:
        """Do something to these sessions, as the list's form asks for it."""
        chosen = {"_selected_action": [str(one) for one in scene_session_ids], "action": action}
        return await self.post("/admin/sessions_app/scenesession/", **chosen, **fields)
