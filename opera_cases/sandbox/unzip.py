"""A spreadsheet is a ZIP of XML, and both can hold far more than they weigh: looked at here before anything is made of it."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

MOST_MEMBERS, LARGEST_UNPACKED = 200, 64_000_000
"""Files in a spreadsheet, and bytes of all of them together when they are unpacked."""
MOST_ELEMENTS, DEEPEST = 2_000_000, 100
"""Elements of one XML file, and how deep one may lie within others."""
PIECE = 256 * 1024
_ENTRY, _LOCAL, _ENCRYPTED = b"PK\x01\x02", b"PK\x03\x04", 0x1


class OutOfBounds(Exception):
    """Why a file is not read, in words for whoever sent it."""


def look_into(content: bytes) -> None:
    """Raises `OutOfBounds` for a spreadsheet that is too large when unpacked, that declares a document type or entities, or
    whose parts are not what its table of contents says; `BadZipFile` for what is no ZIP at all.

    Every part is really unpacked, piece by piece: a size that a file claims for itself is only ever held against it.
    """
    if content.count(_ENTRY) > MOST_MEMBERS:
        raise OutOfBounds(f"The file consists of more than {MOST_MEMBERS} parts.")
    with ZipFile(BytesIO(content)) as packed:
        members = packed.infolist()
    if sum(member.file_size for member in members) > LARGEST_UNPACKED:
        raise OutOfBounds(f"Unpacked, the file is larger than {LARGEST_UNPACKED:,} bytes.")
    taken = 0
    for member in members:
        xml, size = _Xml(), 0
        for piece in _unpacked(content, member):
            size += len(piece)
            if size > member.file_size or taken + size > LARGEST_UNPACKED:
                raise OutOfBounds("Unpacked, the file is larger than it says.")
            xml.feed(piece)
        taken += size


def _unpacked(content: bytes, member: ZipInfo) -> Iterator[bytes]:
    """The bytes of a part, as they come out, in pieces of bounded size."""
    if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) or member.flag_bits & _ENCRYPTED:
        raise OutOfBounds("The file is packed or locked in a way that spreadsheets are not.")
    at = member.header_offset
    if content[at : at + 4] != _LOCAL:
        raise BadZipFile
    begins = (
        at
        + 30
        + int.from_bytes(content[at + 26 : at + 28], "little")
        + int.from_bytes(content[at + 28 : at + 30], "little")
    )
    packed = memoryview(content)[begins : begins + member.compress_size]
    if member.compress_type == ZIP_STORED:
        yield bytes(packed)
        return
    inflating = zlib.decompressobj(-zlib.MAX_WBITS)
    for start in range(0, len(packed), PIECE):
        left: bytes | memoryview = packed[start : start + PIECE]
        while left and not inflating.eof:
            yield inflating.decompress(left, PIECE)
            left = inflating.unconsumed_tail
    yield inflating.flush()


class _Xml:
    """Watches over a part that may be XML. What is none is no matter: nobody will read it as such."""

    def __init__(self) -> None:
        self._depth = self._count = 0
        self._parser: expat.XMLParserType | None = expat.ParserCreate()
        self._parser.StartDoctypeDeclHandler = self._no_type
        self._parser.EntityDeclHandler = self._no_type
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end

    def feed(self, piece: bytes) -> None:
        if self._parser is not None:
            try:
                self._parser.Parse(piece)
            except expat.ExpatError:
                self._parser = None

    def _no_type(self, *_: object) -> None:
        raise OutOfBounds("The file declares a document type or entities, which a spreadsheet needs not.")

    def _begin(self, *_: object) -> None:
        self._depth += 1
        self._count += 1
        if self._depth > DEEPEST or self._count > MOST_ELEMENTS:
            raise OutOfBounds("The file has more cells, or deeper ones, than any list of people.")

    def _end(self, *_: object) -> None:
        self._depth -= 1
