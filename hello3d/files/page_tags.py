"""What templates say about the modules that a page loads."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from hello3d.files.storage import hashed_files

register = template.Library()


@register.simple_tag
def modulepreload(page: str, *modules: str) -> SafeString:
    """Links to all chunks that a page's module imports, and those of modules it loads later.

    A browser would find each only in the one that imports it, a round trip after another.
    """
    links = ((url,) for url in hashed_files().chunk_urls(page, modules))
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', links)
