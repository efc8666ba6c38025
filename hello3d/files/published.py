"""Selects the files of other packages to publish: only those that our pages load."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder

_ADMIN_STYLES = (
    "base changelists dark_mode forms login nav_sidebar responsive unusable_password_field widgets"
)
_ADMIN_SCRIPTS = (
    "SelectBox SelectFilter2 actions admin/RelatedObjectLookups cancel change_form core filters"
    " jquery.init nav_sidebar popup_response prepopulate prepopulate_init theme"
    " unusable_password_field urlify vendor/jquery/jquery.min vendor/xregexp/xregexp.min"
)
_ADMIN_IMAGES = (
    "calendar-icons icon-addlink icon-alert icon-calendar icon-changelink icon-clock"
    " icon-deletelink icon-hidelink icon-no icon-unknown icon-unknown-alt icon-viewlink icon-yes"
    " inline-delete search selector-icons sorting-icons tooltag-add tooltag-arrowright"
)
PUBLISHED = {
    *(f"admin/css/{name}.css" for name in _ADMIN_STYLES.split()),
    *(f"admin/js/{name}.js" for name in _ADMIN_SCRIPTS.split()),
    *(f"admin/img/{name}.svg" for name in _ADMIN_IMAGES.split()),
    "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js",
    "drf_spectacular_sidecar/swagger-ui-dist/swagger-ui.css",
}


class PackagesFinder(AppDirectoriesFinder):
    """Skips files of other packages that no page loads, so that using one fails at once."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, Any]]:
        for path, storage in super().list(ignore_patterns):
            if path in PUBLISHED:
                yield path, storage
