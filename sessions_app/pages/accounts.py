"""Sign-in and sign-out on the page, and joining by a link's code."""

import secrets
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.views.decorators.http import require_POST

from sessions_app.limits import failures
from sessions_app.limits.attempts import guess_refused_for_seconds
from sessions_app.limits.names import Limit
from sessions_app.limits.rates import RateLimitedError
from sessions_app.pages import sign_in
from sessions_app.pages.rendering import head_of
from sessions_app.people.join_codes import join_code_use
from sessions_app.web.callers import networks_of
from sessions_app.web.content_security import set_policy

MAX_CODE_LENGTH = 100


def _require_sign_in_on() -> None:
    if not settings.MCP_ENABLE_MULTI_USER:
        raise Http404


class SignIn(LoginView):
    """The sign-in form; redirects to the requested page if that is on this server."""

    template_name = "accounts/login.html"
    redirect_authenticated_user = True

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _require_sign_in_on()
        response = super().dispatch(request, *args, **kwargs)
        if isinstance(response, HttpResponse):
            set_policy(response, self._nonce)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add what the page's head needs."""
        head = head_of(self.request, "Sign in")
        return super().get_context_data(**head, csp_nonce=self._nonce, **kwargs)

    @cached_property
    def _nonce(self) -> str:
        return secrets.token_urlsafe(16)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Check name and password, unless there were too many attempts."""
        name = request.POST.get("username", "")
        wait = guess_refused_for_seconds(name, networks_of(request), Limit.SIGN_INS)
        if wait is None:
            return super().post(request, *args, **kwargs)
        context = self.get_context_data(form=AuthenticationForm(request), wait_seconds=round(wait))
        response = self.render_to_response(context, status=HTTPStatus.TOO_MANY_REQUESTS)
        response["Retry-After"] = f"{wait:.0f}"
        return response

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Sign in, after signing out anybody else in this browser, with their open pages."""
        if self.request.user.is_authenticated:
            logout(self.request)
        self.request.session.set_expiry(None)  # a join code may have shortened it
        return super().form_valid(form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; this browser's open pages are disconnected within two seconds."""
    _require_sign_in_on()
    logout(request)
    return redirect(settings.LOGIN_URL)


@require_POST
def join(request: HttpRequest) -> HttpResponse:
    """Exchange a link's code for a cookie that opens its scene's page."""
    _require_sign_in_on()
    networks = networks_of(request)
    try:
        failures.require_few(networks)
    except RateLimitedError as error:
        wait = {"Retry-After": f"{error.retry_after_seconds:.0f}"}
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers=wait)
    code = request.POST.get("code", "")
    opened = join_code_use(code) if 0 < len(code) <= MAX_CODE_LENGTH else None
    if opened is None:
        failures.count(networks)
        return HttpResponse(status=HTTPStatus.FORBIDDEN)
    sign_in.join(request, *opened)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
