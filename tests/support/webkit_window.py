"""A window with WebKit in it and nothing else, for WebKitWebDriver; Debian's own Python runs this.

The browser that comes with the driver keeps what the console says to itself, and is at least 447
pixels wide.
"""

from typing import Any

import gi  # type: ignore[import-not-found] # Debian's, not the virtual environment's

gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gtk, WebKit2  # type: ignore[import-not-found] # noqa: E402


def main() -> None:
    context = WebKit2.WebContext.get_default()
    context.set_automation_allowed(True)
    settings = WebKit2.Settings(enable_write_console_messages_to_stdout=True)
    view = WebKit2.WebView(web_context=context, settings=settings, is_controlled_by_automation=True)
    context.connect("automation-started", _start, view)
    window = Gtk.Window()
    window.add(view)
    window.connect("destroy", Gtk.main_quit)
    window.show_all()
    Gtk.main()


def _start(_context: WebKit2.WebContext, session: Any, view: WebKit2.WebView) -> None:
    session.connect("create-web-view", lambda _session: view)


main()
