"""What is taken for a JPEG, and what of it is passed on."""

import io
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mcp_bridge.tools.jpeg import NotAJpegError, read_jpeg
from tests.support.jpegs import END, INJECTED, START, joined, jpeg, segment, segments_of
from tests.support.jpegs import with_segments as added

PLAIN = jpeg()
FRAME, HUFFMAN, SCAN, QUANTIZATION = 0xC0, 0xC4, 0xDA, 0xDB
MADE = {
    "plain": PLAIN,
    "gray": jpeg(mode="L"),
    "progressive": jpeg(progressive=True),
    "optimized": jpeg(optimize=True),
    "all colors": jpeg(subsampling=0, quality=100),
    "poor": jpeg(quality=1),
    "restart markers": jpeg(restart_marker_blocks=3),
    "one pixel": jpeg(1, 1),
    "large": jpeg(1280, 1280),
}


def same_picture(one: bytes, other: bytes) -> bool:
    decoded = [Image.open(io.BytesIO(image)) for image in (one, other)]
    return decoded[0].mode == decoded[1].mode and decoded[0].tobytes() == decoded[1].tobytes()


@pytest.mark.parametrize("name", MADE)
def test_what_encoders_make_is_read_and_shows_the_same_afterwards(name: str) -> None:
    image = MADE[name]
    read = read_jpeg(image)
    assert (read.width, read.height) == Image.open(io.BytesIO(image)).size
    assert same_picture(read.data, image)
    assert read_jpeg(read.data) == read


def test_what_is_no_picture_is_not_passed_on() -> None:
    exif = Image.Exif()
    exif[0x010E] = INJECTED.decode()
    image = added(
        jpeg(exif=exif, comment=INJECTED, icc_profile=INJECTED),
        *(segment(marker, INJECTED) for marker in (*range(0xE0, 0xF0), 0xFE)),
    )
    assert image.count(INJECTED) > 16
    read = read_jpeg(image)
    assert INJECTED not in read.data
    assert same_picture(read.data, PLAIN)


def _without(marker: int) -> bytes:
    return joined([part for part in segments_of(PLAIN) if part[0] != marker])


def _twice(marker: int) -> bytes:
    parts = segments_of(PLAIN)
    return joined([part for one in parts for part in ([one, one] if one[0] == marker else [one])])


def _with_frame(at: int, value: bytes) -> bytes:
    """The picture with these bytes of its frame's header replaced."""
    return joined(
        [
            (m, c[:at] + value + c[at + len(value) :]) if m == FRAME else (m, c)
            for m, c in segments_of(PLAIN)
        ]
    )


_SCAN_AT = PLAIN.index(b"\xff\xda")
_SCAN_HEAD = PLAIN[_SCAN_AT : _SCAN_AT + 14]
REFUSED = {
    "empty": b"",
    "start and end": START + END,
    "start, end and words between": START + b"\xff" + INJECTED + END,
    "segments without a picture": added(START + END, segment(0xE0, b"JFIF\0" + b"\0" * 9)),
    "another kind of picture": b"\x89PNG\r\n\x1a\n" + PLAIN[8:],
    "cut": PLAIN[:-2],
    "cut within the picture": PLAIN[: _SCAN_AT + 50] + END,
    "continued": PLAIN + INJECTED,
    "continued by its own end": PLAIN + INJECTED + END,
    "two pictures": PLAIN + PLAIN,
    "no compressed data": PLAIN[:_SCAN_AT] + _SCAN_HEAD + END,
    "no scan": PLAIN[:_SCAN_AT] + END,
    "no size": _without(FRAME),
    "no quantization tables": _without(QUANTIZATION),
    "no Huffman tables": _without(HUFFMAN),
    "two sizes": joined(
        [part for part in segments_of(PLAIN) for _ in range(1 + (part[0] == FRAME))]
    ),
    "no width": _with_frame(3, b"\0\0"),
    "no height": _with_frame(1, b"\0\0"),
    "12 bits": _with_frame(0, b"\x0c"),
    "a component too many": _with_frame(5, b"\x04"),
    "two components of one id": _with_frame(9, b"\x01"),
    "no sampling": _with_frame(7, b"\x00"),
    "a table that is not there": _with_frame(8, b"\x03"),
    "lossless": PLAIN.replace(b"\xff\xc0", b"\xff\xc3", 1),
    "arithmetic coding": PLAIN.replace(b"\xff\xc0", b"\xff\xc9", 1),
    "an unknown segment": added(PLAIN, segment(0xF0, INJECTED)),
    "a length that leads out": START + b"\xff\xe0\xff\xff" + PLAIN[2:],
    "a length of nothing": START + b"\xff\xfe\x00\x00" + PLAIN[2:],
    "bytes between segments": START + b"\0" + PLAIN[2:],
    "comments without end": added(PLAIN, *[segment(0xFE, b"")] * 200),
    "scans without end": PLAIN[:-2] + (_SCAN_HEAD + b"\0" * 200) * 100 + END,
    "compressed data without end": PLAIN[:_SCAN_AT] + _SCAN_HEAD + b"\xff\x00" * 90_000,
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_whole_jpeg_is_refused_quickly(name: str) -> None:
    begun = time.process_time()
    with pytest.raises(NotAJpegError):
        read_jpeg(REFUSED[name])
    assert time.process_time() - begun < 0.1


@given(st.data())
def test_whatever_is_changed_in_one_it_is_one_still_or_refused(data: st.DataObject) -> None:
    image = bytearray(MADE[data.draw(st.sampled_from(["plain", "progressive", "gray"]))])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(image) - 1))
        image[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    try:
        read = read_jpeg(bytes(image))
    except NotAJpegError:
        return
    assert read_jpeg(read.data) == read
    assert min(read.width, read.height) >= 1


@given(st.binary(max_size=400))
def test_whatever_follows_the_start_is_refused(rest: bytes) -> None:
    with pytest.raises(NotAJpegError):
        read_jpeg(START + rest + END)
