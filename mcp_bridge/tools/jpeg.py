"""Validates the structure of a JPEG (ITU-T T.81, annex B) in time linear in its size.

The compressed data itself is not decoded.
"""

import re
from dataclasses import dataclass
from math import ceil

_START, _END = b"\xff\xd8", b"\xff\xd9"
_FRAMES = range(0xC0, 0xC3)  # baseline, extended sequential, progressive; Huffman coded
_HUFFMAN_TABLES, _SCAN, _QUANTIZATION_TABLES, _RESTART_INTERVAL = 0xC4, 0xDA, 0xDB, 0xDD
_APPLICATION_DATA, _COMMENT = range(0xE0, 0xF0), 0xFE
# JFIF 1.1, no density, no thumbnail: all that a reader needs to interpret the colors.
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
# In compressed data a 0xFF byte is followed by zero, or is a restart marker.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")
# Encoders make at most ten scans; each costs the reader another pass over the picture.
_MAX_SCANS, _MAX_SEGMENTS = 16, 128
_MAX_TABLES, _MAX_FACTOR = 4, 4
_COMPONENTS = (1, 3)  # gray, or luminance and two chrominances


class NotAJpegError(ValueError):
    """The bytes are not a complete JPEG of a kind that browsers make."""


@dataclass(frozen=True, slots=True)
class Jpeg:
    """A picture with its size in pixels; `data` has no comments, metadata or color profiles."""

    width: int
    height: int
    data: bytes


@dataclass(slots=True)
class _Frame:
    width: int
    height: int
    tables: dict[int, int]  # quantization tables, by component

    @property
    def blocks(self) -> int:
        return ceil(self.width / 8) * ceil(self.height / 8)


def read_jpeg(image: bytes) -> Jpeg:
    """Check that these bytes are exactly one JPEG, and strip everything but the picture.

    Raises:
        NotAJpegError: they are not a JPEG, or it is truncated, has trailing data or is malformed.
    """
    if not image.startswith(_START):
        raise NotAJpegError
    return _Reader(image).read()


class _Reader:
    def __init__(self, image: bytes) -> None:
        self._image = image
        self._kept = [_START, _JFIF]
        self._frame: _Frame | None = None
        self._quantization_tables: set[int] = set()
        self._has_huffman_tables = False
        self._scans = 0

    def read(self) -> Jpeg:
        at = len(_START)
        for _ in range(_MAX_SEGMENTS):
            if at == len(self._image) - len(_END) and self._image.endswith(_END):
                return self._finished()
            at = self._take_segment(at)
        raise NotAJpegError

    def _finished(self) -> Jpeg:
        if self._frame is None or not self._scans:
            raise NotAJpegError
        return Jpeg(self._frame.width, self._frame.height, b"".join([*self._kept, _END]))

    def _take_segment(self, at: int) -> int:
        """Check and keep the segment at this offset; return the offset of the next one."""
        head = self._image[at : at + 4]
        if len(head) < 4 or head[0] != 0xFF:
            raise NotAJpegError
        marker, length = head[1], int.from_bytes(head[2:])
        end = at + 2 + length
        content = self._image[at + 4 : end]
        if len(content) != length - 2:
            raise NotAJpegError
        if marker in _APPLICATION_DATA or marker == _COMMENT:
            return end
        self._check(marker, content)
        if marker == _SCAN:
            end = self._end_of_scan(end)
        self._kept.append(self._image[at:end])
        return end

    def _check(self, marker: int, content: bytes) -> None:
        if marker in _FRAMES:
            if self._frame is not None:
                raise NotAJpegError
            self._frame = _read_frame(content)
        elif marker == _QUANTIZATION_TABLES:
            self._quantization_tables |= _quantization_tables(content)
        elif marker == _HUFFMAN_TABLES:
            _check_huffman_tables(content)
            self._has_huffman_tables = True
        elif marker == _SCAN:
            self._check_scan(content)
        elif marker != _RESTART_INTERVAL or len(content) != 2:
            raise NotAJpegError

    def _check_scan(self, content: bytes) -> None:
        """Check a scan's header: a count, a component and its tables each, 3 bytes."""
        self._scans += 1
        count = content[0] if content else 0
        if self._frame is None or self._scans > _MAX_SCANS or len(content) != 2 * count + 4:
            raise NotAJpegError
        components = set(content[1 : 1 + 2 * count : 2])
        if not components or not components <= set(self._frame.tables):
            raise NotAJpegError
        tables = {self._frame.tables[component] for component in components}
        if not tables <= self._quantization_tables or not self._has_huffman_tables:
            raise NotAJpegError

    def _end_of_scan(self, start: int) -> int:
        """Return where the compressed data ends; the first scan has at least one bit per block."""
        found = _MARKER.search(self._image, start)
        if found is None or self._frame is None:
            raise NotAJpegError
        if self._scans == 1 and 8 * (found.start() - start) < self._frame.blocks:
            raise NotAJpegError
        return found.start()


def _read_frame(content: bytes) -> _Frame:
    """Read precision, height and width, then each component's id, sampling and table."""
    count = content[5] if len(content) > 5 else 0
    if count not in _COMPONENTS or len(content) != 6 + 3 * count or content[0] != 8:
        raise NotAJpegError
    height, width = int.from_bytes(content[1:3]), int.from_bytes(content[3:5])
    ids, factors, tables = (content[first::3] for first in (6, 7, 8))
    if not width or not height or len(set(ids)) != count or max(tables) >= _MAX_TABLES:
        raise NotAJpegError
    if any(not 1 <= side <= _MAX_FACTOR for factor in factors for side in divmod(factor, 16)):
        raise NotAJpegError
    return _Frame(width, height, dict(zip(ids, tables, strict=True)))


def _quantization_tables(content: bytes) -> set[int]:
    """Read table numbers: precision and number in a byte, then 64 values of 1 or 2 bytes."""
    found, at = set(), 0
    while at < len(content):
        precision, number = divmod(content[at], 16)
        at += 1 + 64 * (precision + 1)
        if precision > 1 or number >= _MAX_TABLES or at > len(content):
            raise NotAJpegError
        found.add(number)
    return found


def _check_huffman_tables(content: bytes) -> None:
    """Check class and number in a byte, 16 counts of codes by length, then their values."""
    at = 0
    while at < len(content):
        kind, number = divmod(content[at], 16)
        codes = sum(content[at + 1 : at + 17])
        at += 17 + codes
        if kind > 1 or number >= _MAX_TABLES or not 0 < codes <= 256 or at > len(content):
            raise NotAJpegError
