"""A scene of version 1 that was upgraded looks as the page of version 1 drew it."""

import statistics

import pytest
from PIL import Image
from playwright.async_api import Browser

from sessions_app.scene.document import require_entities
from sessions_app.scene.document.upgrade import upgraded
from tests.support import version_1_documents
from tests.support.color_differences import difference, lab_of
from tests.support.drawings import Drawings

pytestmark = pytest.mark.anyio


def _median(before: Image.Image, after: Image.Image, inside: Image.Image) -> float:
    """The median difference of the pixels that are white in `inside`."""
    one, other = before.tobytes(), after.tobytes()
    return statistics.median(
        difference(lab_of(*one[at : at + 3]), lab_of(*other[at : at + 3]))
        for at, share in zip(range(0, len(one), 3), inside.tobytes(), strict=True)
        if share == 255
    )


async def test_thirty_scenes_look_as_they_did(browser: Browser) -> None:
    drawings = await Drawings.open(browser)
    differences = []
    pairs = zip(version_1_documents.documents(), version_1_documents.pictures(), strict=True)
    for old, before in pairs:
        new = upgraded(old)
        require_entities(new, [("environment",), *(("objects", each) for each in new["objects"])])
        after = await drawings.show(new, version_1_documents.SIZE)
        assert after.getpixel((0, 0)) == before.getpixel((0, 0))
        differences.append(_median(before, after, await drawings.mask()))
    await drawings.close()
    assert max(differences) < 1, differences
