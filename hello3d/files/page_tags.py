"""Template tags for the modules of a page."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from hello3d.files.storage import hashed_files

register = template.Library()


@register.simple_tag
def modulepreload(page: str, *modules: str) -> SafeString:
    """Return preload links for all chunks of a page's module and of modules it loads later.

    Otherwise a browser would discover them one by one, at a round trip each.
    """
    links = ((url,) for url in hashed_files().chunk_urls(page, modules))
    return format_html_join("\n", '<link rel="modulepreload" href="{}">', links)
