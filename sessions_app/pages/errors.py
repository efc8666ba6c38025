"""The pages of errors outside of development, where Django shows its own."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from sessions_app.pages.rendering import page_render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that there is no page at an address."""
    del exception
    return page_render(request, "404.html", "There is no such page", status=HTTPStatus.NOT_FOUND)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Show that a page is for others."""
    del exception
    title, status = "You may not open this page", HTTPStatus.FORBIDDEN
    return page_render(request, "403.html", title, status=status)


def failed(request: HttpRequest) -> HttpResponse:
    """Show that a view raised an exception; the log has it."""
    context = {"again": again_path(request)}
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    return page_render(request, "500.html", "Something went wrong", context, status=status)


def again_path(request: HttpRequest) -> str:
    """Return where to try again: the same page, or after a form the first one."""
    return request.get_full_path() if request.method in ("GET", "HEAD") else reverse("page")
