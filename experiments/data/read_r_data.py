#!/usr/bin/env python3
"""Reads a table out of R's data files with the Python standard library alone.

    read_r_data.py SOURCE NAME OUT.csv

SOURCE is a save file (NAME.rda, NAME.RData) or the prefix of a lazy-load database (PREFIX.rdx beside
PREFIX.rdb). Data frames and matrices become columns: factors as their labels, missing values as empty
cells, whole numbers without a decimal point, other numbers with all the digits a double needs.
Source: R Internals, section 1.8 (serialisation format) and 1.2 (lazy loading).
"""

from __future__ import annotations

import bz2
import csv
import gzip
import lzma
import struct
import sys
import zlib
from dataclasses import dataclass, field
from pathlib import Path

MISSING_INTEGER = -(2**31)


class RDataError(ValueError):
    """The file is not what this reader knows; the text says why."""


@dataclass
class RValue:
    """An R object: its values, and its attributes by name."""

    values: object
    attributes: dict[str, "RValue"] = field(default_factory=dict)

    def attribute(self, name: str) -> object:
        """The values of an attribute; None where there is none."""
        found = self.attributes.get(name)
        return found.values if found else None


class Reader:
    """R's serialisation in its XDR (big-endian) form, versions 2 and 3."""

    def __init__(self, data: bytes):
        self.data = data
        self.at = 0
        self.references: list[RValue] = []

    def read(self) -> RValue:
        if self.take(2) != b"X\n":
            raise RDataError("not in R's XDR form")
        version = self.integer()
        self.take(8)  # the versions of R that wrote it and that can read it
        if version == 3:
            self.take(self.integer())  # the native encoding
        elif version != 2:
            raise RDataError(f"serialisation version {version}; 2 and 3 are known")
        return self.item()

    def take(self, count: int) -> bytes:
        if count < 0 or self.at + count > len(self.data):
            raise RDataError("the file ends early")
        self.at += count
        return self.data[self.at - count : self.at]

    def integer(self) -> int:
        return struct.unpack(">i", self.take(4))[0]

    def numbers(self, kind: str, size: int) -> list:
        count = self.integer()
        return list(struct.unpack(f">{count}{kind}", self.take(count * size)))

    def item(self) -> RValue | None:
        flags = self.integer()
        kind = flags & 255
        if kind in (241, 242, 251, 252, 253, 254):  # environments of R itself, missing argument, NULL
            return None
        if kind == 255:  # something seen before
            return self.references[(flags >> 8 or self.integer()) - 1]
        if kind == 1:  # a symbol
            return self.remember(RValue(self.item().values))
        if kind == 249:  # a namespace
            self.integer()
            return self.remember(RValue([self.item() for _ in range(self.integer())]))
        if kind == 4:  # an environment: nothing in it is data
            self.integer()
            place = self.remember(RValue(None))
            for _ in range(4):
                self.item()
            return place
        if kind in (2, 6):
            return RValue(self.pairs(flags))
        if kind == 238:
            return self.alternative_form()
        if kind == 9:
            size = self.integer()
            return RValue(None if size < 0 else self.take(size).decode("utf-8", "replace"))
        value = RValue(self.vector(kind))
        if flags & 0x200:
            value.attributes = dict(self.item().values)
        return value

    def remember(self, value: RValue) -> RValue:
        self.references.append(value)
        return value

    def pairs(self, flags: int) -> list[tuple[str | None, RValue]]:
        """A pair list: its tags and values."""
        found = []
        while True:
            if flags & 0x200:
                self.item()
            tag = self.item() if flags & 0x400 else None
            found.append((tag.values if tag else None, self.item()))
            flags = self.integer()
            if flags & 255 == 254:
                return found
            if flags & 255 not in (2, 6):
                self.at -= 4
                self.item()
                return found

    def vector(self, kind: int) -> list:
        if kind in (10, 13):  # logical, integer
            return [None if v == MISSING_INTEGER else v for v in self.numbers("i", 4)]
        if kind == 14:
            return [None if v != v else v for v in self.numbers("d", 8)]
        if kind == 16:
            return [self.item().values for _ in range(self.integer())]
        if kind in (19, 20):
            return [self.item() for _ in range(self.integer())]
        raise RDataError(f"R's type {kind} is not read here")

    def alternative_form(self) -> RValue:
        """Vectors that R stores by a rule: ranges, and wrapped vectors."""
        description, state, _ = self.item(), self.item(), self.item()
        kind = description.values[0][1].values
        if kind == "compact_intseq":
            count, first, step = state.values
            return RValue([int(first + step * k) for k in range(int(count))])
        if kind.startswith("wrap_"):
            inner = state.values[0]
            return inner[1] if isinstance(inner, tuple) else inner
        raise RDataError(f"the alternative form {kind} is not read here")


def decompress(data: bytes) -> bytes:
    """A save file, however it was compressed."""
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:3] == b"BZh":
        return bz2.decompress(data)
    if data[:6] == b"\xfd7zXZ\x00":
        return lzma.decompress(data)
    return data


def decompress_chunk(chunk: bytes) -> bytes:
    """One object of a lazy-load database: its length in four bytes, then how it is compressed."""
    if chunk[4:5] == b"2":
        return bz2.decompress(chunk[5:])
    if chunk[4:5] == b"Z":
        filters = [{"id": lzma.FILTER_LZMA2, "preset": 6}]
        return lzma.decompress(chunk[5:], lzma.FORMAT_RAW, filters=filters)
    return zlib.decompress(chunk[4:])


def pick(objects: dict, name: str, source: str):
    if name not in objects:
        raise RDataError(f"{source} has no object {name!r}; it has {', '.join(map(str, objects))}")
    return objects[name]


def load(source: str | Path, name: str) -> RValue:
    """An object of a save file or a lazy-load database. Raises RDataError, OSError."""
    source = str(source)
    try:
        if source.endswith((".rda", ".RData")):
            data = decompress(Path(source).read_bytes())
            if data[:5] not in (b"RDX2\n", b"RDX3\n"):
                raise RDataError(f"{source} is no save file of R")
            return pick(dict(Reader(data[5:]).read().values), name, source)
        index = Reader(zlib.decompress(Path(source + ".rdx").read_bytes(), 47)).read()
        parts = dict(zip(index.attribute("names"), index.values))
        variables = parts["variables"]
        places = dict(zip(variables.attribute("names"), variables.values))
        offset, size = pick(places, name, source).values
        with open(source + ".rdb", "rb") as database:
            database.seek(offset)
            return Reader(decompress_chunk(database.read(size))).read()
    except (zlib.error, lzma.LZMAError, EOFError, struct.error, IndexError, AttributeError) as error:
        raise RDataError(f"{source} cannot be read: {error}") from error


def cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        whole = value.is_integer() and abs(value) < 1e15
        return str(int(value)) if whole else repr(value)
    return str(value)


def columns(table: RValue, name: str) -> dict[str, list[str]]:
    """The columns of a data frame or a matrix with column names, as cells of text."""
    shape = table.attribute("dim")
    if shape and len(shape) == 2:
        rows, count = shape
        labels = table.attribute("dimnames")
        if not labels or labels[1] is None:
            raise RDataError(f"{name} is a matrix whose columns have no names")
        names = labels[1].values
        cells = [cell(v) for v in table.values]
        return {names[k]: cells[k * rows : (k + 1) * rows] for k in range(count)}
    names = table.attribute("names")
    if not names or not all(isinstance(column, RValue) for column in table.values):
        raise RDataError(f"{name} is neither a data frame nor a matrix")
    found = {}
    for label, column in zip(names, table.values):
        levels = column.attribute("levels")
        values = column.values
        if levels:
            values = [None if code is None else levels[code - 1] for code in values]
        found[label] = [cell(v) for v in values]
    return found


def write_csv(table: dict[str, list[str]], path: str | Path) -> None:
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(table)
        writer.writerows(zip(*table.values()))


def main(arguments: list[str]) -> int:
    if len(arguments) != 3:
        print(__doc__.split("\n\n")[1].strip(), file=sys.stderr)
        return 2
    source, name, out = arguments
    try:
        write_csv(columns(load(source, name), name), out)
    except (RDataError, OSError) as error:
        print(f"read_r_data: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
