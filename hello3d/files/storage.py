"""Static files: hashed names, lookup, and whether they are built."""

import asyncio
import json
import math
import re
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from pathlib import Path
from re import Match
from typing import Any, cast

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.storage import FileSystemStorage
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from whitenoise.middleware import WhiteNoiseMiddleware
from whitenoise.storage import CompressedManifestStaticFilesStorage

NOT_BUILT = "the page is not built: run `make page`, then start the server again"
MANIFEST = "static.json"
PRELOADS = "preloads.json"
# How long a check that all files exist is cached; a page resolves many files.
LOOK_AGAIN_AFTER_SECONDS = 1.0
_USED = re.compile(r"{% (static|modulepreload) ([^%]+) %}")
_QUOTED = re.compile(r"""['"]([^'"]+)['"]""")
# Django's admin uses other names for these in development.
MINIFIED = {
    f"admin/js/vendor/{name}.js": f"admin/js/vendor/{name}.min.js"
    for name in ("jquery/jquery", "xregexp/xregexp")
}


class NotBuiltError(Exception):
    """A page was requested, but its static files are not built."""


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # it has no types
    """Storage with content hashes in file names, in development as well."""

    manifest_name = MANIFEST

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._manifest = Path(settings.BUILD_DIR, MANIFEST)
        super().__init__(*args, manifest_storage=FileSystemStorage(settings.BUILD_DIR), **kwargs)

    def load_manifest(self) -> tuple[dict[str, str], str]:
        """Also read the build's chunks, by page and module."""
        self._written = _written(self._manifest)
        self._preloads: dict[str, dict[str, list[str]]] = {}
        self._checked_at, self._is_complete = -math.inf, True
        try:
            preloads = Path(settings.BUILD_DIR, PRELOADS).read_text()
            found: tuple[dict[str, str], str] = super().load_manifest()
            self._preloads = json.loads(preloads)
        except (OSError, ValueError):  # not built, or not completely
            return {}, ""
        return found

    def is_built(self) -> bool:
        """Return whether all files that pages load exist.

        In development they may appear and change while the server runs. In production WhiteNoise
        does not serve files that were missing at the start.
        """
        if settings.DEBUG and _written(self._manifest) not in (None, self._written):
            self.hashed_files, self.manifest_hash = self.load_manifest()
        if not (self.hashed_files and self._preloads):
            return False
        now, is_first = time.monotonic(), self._checked_at == -math.inf
        if now - self._checked_at >= LOOK_AGAIN_AFTER_SECONDS:
            self._checked_at, self._is_complete = now, self._has_all_files()
            if is_first and not (self._is_complete and self._has_what_templates_use()):
                self.hashed_files = {}
        return self._is_complete and bool(self.hashed_files)

    def _has_all_files(self) -> bool:
        return all(Path(self.location, name).is_file() for name in self.hashed_files.values())

    def _has_what_templates_use(self) -> bool:
        """Return whether the build has all files that the templates use."""
        modules = {module for of_page in self._preloads.values() for module in of_page}
        known = {"static": self.hashed_files.keys(), "modulepreload": modules}
        return all(
            name in known[tag]
            for template in Path(settings.RESOURCES, "templates").rglob("*.html")
            for tag, names in _USED.findall(template.read_text())
            for name in _QUOTED.findall(names)
        )

    def url(self, name: str, force: bool = True) -> str:  # noqa: FBT001, FBT002 - Django's own
        """Return the URL of a file.

        Raises:
            NotBuiltError: the files are not built.
        """
        if not self.is_built():
            raise NotBuiltError
        return str(super().url(MINIFIED.get(name, name), force=force))

    def chunk_urls(self, page: str, modules: Iterable[str]) -> list[str]:
        """Return the chunk URLs of a page's module and of modules it loads later, each once.

        Raises:
            NotBuiltError: the files are not built.
        """
        if not self.is_built():
            raise NotBuiltError
        of_page = self._preloads[page]
        chunks = dict.fromkeys(chunk for name in (page, *modules) for chunk in of_page[name])
        return [self.url(chunk) for chunk in chunks]

    def file_hash(self, name: str | None, content: Any = None) -> str | None:
        """Return None for chunks: esbuild named them by content, and modules import these names."""
        is_chunk = name is not None and name.startswith("chunks/")
        return None if is_chunk else super().file_hash(name, content)

    def compress_files(self, paths: Iterable[str]) -> Any:
        """Compress new files only; files with a hash in their name never change."""
        return super().compress_files([path for path in paths if not self.exists(f"{path}.br")])

    def url_converter(self, name: str, hashed_files: Any, template: str | None = None) -> Any:
        """Remove references to source maps, which are not published."""
        convert = super().url_converter(name, hashed_files, template)

        def converter(found: Match[str]) -> str:
            is_map = "sourceMappingURL" in found["matched"] and not found["url"].startswith("data:")
            return "" if is_map else convert(found)

        return converter


def _written(file: Path) -> int | None:
    """Return the modification time in ns, or None if the file does not exist."""
    return file.stat().st_mtime_ns if file.exists() else None


class PublishedFiles(WhiteNoiseMiddleware):  # type: ignore[misc] # it has no types
    """WhiteNoise's table of files by path; hello3d/files/serving.py serves them."""

    def add_files(self, root: str, prefix: str | None = None) -> None:
        if self.autorefresh or Path(root).is_dir():  # else WhiteNoise would warn as well
            super().add_files(root, prefix)

    async def find(self, path: str) -> Any | None:
        """Return the file of a path, or None; in development, files may be added at any time."""
        if not path.startswith(self.static_prefix):
            return None
        if self.autorefresh:
            return await asyncio.to_thread(self.find_file, path)
        return self.files.get(path)


class NotBuiltMiddleware:
    """Responds that the static files are not built, instead of showing a broken page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._get_response(request)

    def process_exception(self, _: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, NotBuiltError):
            return None
        text, status = f"{NOT_BUILT.capitalize()}.\n", HTTPStatus.SERVICE_UNAVAILABLE
        return HttpResponse(text, status=status, content_type="text/plain")


def hashed_files() -> HashedFiles:
    """Return the storage behind `{% static %}`."""
    return cast(HashedFiles, staticfiles_storage)


def page_problem() -> str:
    """Return why pages cannot load their files, or an empty string."""
    return "" if hashed_files().is_built() else NOT_BUILT
