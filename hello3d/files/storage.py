"""The files that pages load: their names, their serving, and whether they are there at all."""

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
# How long it holds that all files are there: a page asks for each of its own.
LOOK_AGAIN_AFTER_SECONDS = 1.0
_USED = re.compile(r"{% (static|modulepreload) ([^%]+) %}")
_QUOTED = re.compile(r"""['"]([^'"]+)['"]""")
# In development Django's admin asks for these by other names.
MINIFIED = {
    f"admin/js/vendor/{name}.js": f"admin/js/vendor/{name}.min.js"
    for name in ("jquery/jquery", "xregexp/xregexp")
}


class NotBuiltError(Exception):
    """A page was asked for, and there are no files to load for it."""


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc] # it has no types
    """Files with a hash of their content in their names, in development as everywhere."""

    manifest_name = MANIFEST

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._manifest = Path(settings.BUILD_DIR, MANIFEST)
        super().__init__(*args, manifest_storage=FileSystemStorage(settings.BUILD_DIR), **kwargs)

    def load_manifest(self) -> tuple[dict[str, str], str]:
        """Read, besides, what the build said of its modules: by page and module, the chunks."""
        self._written = _written(self._manifest)
        self._preloads: dict[str, dict[str, list[str]]] = {}
        self._checked_at, self._is_complete = -math.inf, True
        try:
            preloads = Path(settings.BUILD_DIR, PRELOADS).read_text()
            found: tuple[dict[str, str], str] = super().load_manifest()
            self._preloads = json.loads(preloads)
        except (OSError, ValueError):  # not built, or not to its end
            return {}, ""
        return found

    def is_built(self) -> bool:
        """Whether there are all files that pages load.

        In development they may come and change while we serve. In production what was not there
        at the first look is not served later either (WhiteNoise).
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
        """Whether the build is not older than the templates."""
        modules = {module for of_page in self._preloads.values() for module in of_page}
        known = {"static": self.hashed_files.keys(), "modulepreload": modules}
        return all(
            name in known[tag]
            for template in Path(settings.RESOURCES, "templates").rglob("*.html")
            for tag, names in _USED.findall(template.read_text())
            for name in _QUOTED.findall(names)
        )

    def url(self, name: str, force: bool = True) -> str:  # noqa: FBT001, FBT002 - Django's own
        """The address under which a page loads the file.

        Raises:
            NotBuiltError: there are no files yet.
        """
        if not self.is_built():
            raise NotBuiltError
        return str(super().url(MINIFIED.get(name, name), force=force))

    def chunk_urls(self, page: str, modules: Iterable[str]) -> list[str]:
        """Each once: the chunks that a page's module imports, and those of what it loads later.

        Raises:
            NotBuiltError: there are no files yet.
        """
        if not self.is_built():
            raise NotBuiltError
        of_page = self._preloads[page]
        chunks = dict.fromkeys(chunk for name in (page, *modules) for chunk in of_page[name])
        return [self.url(chunk) for chunk in chunks]

    def file_hash(self, name: str | None, content: Any = None) -> str | None:
        """None for chunks: esbuild has named them by their content, and modules import them so."""
        is_chunk = name is not None and name.startswith("chunks/")
        return None if is_chunk else super().file_hash(name, content)

    def compress_files(self, paths: Iterable[str]) -> Any:
        """Only those that are new: of what has a hash in its name, the compressed form is there."""
        return super().compress_files([path for path in paths if not self.exists(f"{path}.br")])

    def url_converter(self, name: str, hashed_files: Any, template: str | None = None) -> Any:
        """Leave references to source maps out: the maps are not published."""
        convert = super().url_converter(name, hashed_files, template)

        def converter(found: Match[str]) -> str:
            is_map = "sourceMappingURL" in found["matched"] and not found["url"].startswith("data:")
            return "" if is_map else convert(found)

        return converter


def _written(file: Path) -> int | None:
    """When, or None where there is no such file."""
    return file.stat().st_mtime_ns if file.exists() else None


class PublishedFiles(WhiteNoiseMiddleware):  # type: ignore[misc] # it has no types
    """WhiteNoise's table of the files, by path; hello3d/files/serving.py serves them."""

    def add_files(self, root: str, prefix: str | None = None) -> None:
        if self.autorefresh or Path(root).is_dir():  # WhiteNoise would warn, besides us
            super().add_files(root, prefix)

    async def find(self, path: str) -> Any | None:
        """The file under a path of ours; in development it may have come since the start."""
        if not path.startswith(self.static_prefix):
            return None
        if self.autorefresh:
            return await asyncio.to_thread(self.find_file, path)
        return self.files.get(path)


class NotBuiltMiddleware:
    """Says in place of a page that its files are not there."""

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
    """The storage that `{% static %}` asks."""
    return cast(HashedFiles, staticfiles_storage)


def page_problem() -> str:
    """What keeps pages from loading their files, or nothing."""
    return "" if hashed_files().is_built() else NOT_BUILT
