"""experiments/data/prepare and its reader, without a network: files of R written here byte by byte, and
packages already in the cache."""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import io
import re
import struct
import subprocess
import sys
import tarfile
import zlib
from importlib.machinery import SourceFileLoader
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
DATA = REPOSITORY / "experiments" / "data"
sys.path.insert(0, str(DATA))

import convert  # noqa: E402
import packages  # noqa: E402
import read_r_data  # noqa: E402
import tables  # noqa: E402

loader = SourceFileLoader("prepare", str(DATA / "prepare"))
prepare = importlib.util.module_from_spec(importlib.util.spec_from_loader("prepare", loader))
loader.exec_module(prepare)


# --- R's serialisation, as much of it as a data frame needs ----------------------------------------


def integers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}i", *values)


def string(text: str | None) -> bytes:
    return integers(9, -1) if text is None else integers(9, len(text)) + text.encode()


def strings(*texts: str | None) -> bytes:
    return integers(16, len(texts)) + b"".join(string(t) for t in texts)


def pairs(**values: bytes) -> bytes:
    symbols = b"".join(integers(1026, 1) + string(k) + v for k, v in values.items())
    return symbols + integers(254)


def vector(kind: int, body: bytes, count: int, **attributes: bytes) -> bytes:
    flags = kind | (0x200 if attributes else 0)
    return integers(flags, count) + body + (pairs(**attributes) if attributes else b"")


def doubles(*values: float, **attributes: bytes) -> bytes:
    return vector(14, struct.pack(f">{len(values)}d", *values), len(values), **attributes)


def whole(*values: int, **attributes: bytes) -> bytes:
    return vector(13, integers(*values), len(values), **attributes)


def serialised(value: bytes) -> bytes:
    return b"X\n" + integers(2, 0x40202, 0x20300) + value


FRAME = vector(
    19,
    doubles(1.5, float("nan"), 3.0) + whole(2, 1, -(2**31), levels=strings("no", "yes, maybe"), **{"class": strings("factor")}),
    2,
    names=strings("x", "answer"),
)


def save_file(path: Path, **objects: bytes) -> Path:
    path.write_bytes(gzip.compress(b"RDX2\n" + serialised(pairs(**objects))))
    return path


def test_a_data_frame_of_a_save_file(tmp_path: Path) -> None:
    source = save_file(tmp_path / "t.rda", t=FRAME)
    assert read_r_data.main([str(source), "t", str(tmp_path / "t.csv")]) == 0
    assert (tmp_path / "t.csv").read_text() == 'x,answer\n1.5,"yes, maybe"\n,no\n3,\n'


def test_a_matrix_has_columns_too(tmp_path: Path) -> None:
    names = vector(19, integers(254) + strings("a", "b"), 2)
    matrix = doubles(1, 2, 3, 0.25, dim=whole(2, 2), dimnames=names)
    value = read_r_data.load(save_file(tmp_path / "m.rda", m=matrix), "m")
    assert read_r_data.columns(value, "m") == {"a": ["1", "2"], "b": ["3", "0.25"]}


def test_a_lazy_load_database(tmp_path: Path) -> None:
    body = serialised(FRAME)
    chunk = integers(len(body)) + zlib.compress(body)
    (tmp_path / "db.rdb").write_bytes(b"padding" + chunk)
    variables = vector(19, whole(7, len(chunk)), 1, names=strings("t"))
    index = vector(19, variables, 1, names=strings("variables"))
    (tmp_path / "db.rdx").write_bytes(zlib.compress(serialised(index)))
    value = read_r_data.load(tmp_path / "db", "t")
    assert read_r_data.columns(value, "t")["answer"] == ["yes, maybe", "no", ""]


def test_an_unknown_object_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(read_r_data.RDataError, match="no object 'u'; it has t, v"):
        read_r_data.load(save_file(tmp_path / "t.rda", t=FRAME, v=FRAME), "u")


def test_a_file_that_ends_early_is_an_error(tmp_path: Path) -> None:
    path = save_file(tmp_path / "t.rda", t=FRAME)
    path.write_bytes(gzip.compress(gzip.decompress(path.read_bytes())[:-60]))
    with pytest.raises(read_r_data.RDataError, match="ends early"):
        read_r_data.load(path, "t")
    path.write_bytes(b"something else")
    assert read_r_data.main([str(path), "t", str(tmp_path / "t.csv")]) == 2
    assert not (tmp_path / "t.csv").exists()


def test_numbers_come_without_a_vector_are_no_table(tmp_path: Path) -> None:
    value = read_r_data.load(save_file(tmp_path / "t.rda", t=doubles(1, 2)), "t")
    with pytest.raises(read_r_data.RDataError, match="neither a data frame nor a matrix"):
        read_r_data.columns(value, "t")


# --- prepare ---------------------------------------------------------------------------------------


def cached_package(cache: Path, members: dict[str, bytes]) -> packages.Package:
    folder = cache / "toy"
    folder.mkdir(parents=True)
    with tarfile.open(folder / "toy-1.tgz", "w:gz") as archive:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return packages.Package("npm", "toy", "1", packages.sha256_of(folder / "toy-1.tgz"))


@pytest.fixture
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tables.Table:
    """A table made of a package that is in the cache already."""
    package = cached_package(tmp_path / "cache", {"data/a.txt.gz": gzip.compress(b"hello\n"), "other/b.txt.gz": b""})
    table = tables.Table("toy", "a toy", "none", {"a.txt": hashlib.sha256(b"hello\n").hexdigest()},
                         package, "data/", convert.gunzipped("data"))
    monkeypatch.setattr(prepare, "TABLES", [table])
    return table


def call(tmp_path: Path, *arguments: str) -> int:
    return prepare.main([*arguments, "--out", str(tmp_path / "out"), "--cache", str(tmp_path / "cache")])


def test_a_table_is_made_once_and_mended(toy, tmp_path: Path, capsys) -> None:
    made = tmp_path / "out" / "toy" / "a.txt"
    assert call(tmp_path, "all") == 0
    assert made.read_bytes() == b"hello\n"
    assert "licence: none" in capsys.readouterr().out
    assert call(tmp_path, "toy") == 0
    assert capsys.readouterr().out == "toy: ready\n"
    made.write_bytes(b"damaged")
    assert call(tmp_path, "TOY") == 0
    assert made.read_bytes() == b"hello\n"
    assert [p.name for p in made.parent.iterdir()] == ["a.txt"]


def test_another_table_than_the_recorded_one_is_refused(toy, tmp_path: Path, monkeypatch, capsys) -> None:
    changed = tables.Table(toy.name, toy.about, toy.licence, {"a.txt": "0" * 64}, toy.package, toy.prefix, toy.conversion)
    monkeypatch.setattr(prepare, "TABLES", [changed])
    assert call(tmp_path, "toy") == 2
    assert "not the recorded table" in capsys.readouterr().err
    assert not (tmp_path / "out" / "toy").exists()


def test_another_package_with_the_same_table_will_do(toy, tmp_path: Path, monkeypatch, capsys) -> None:
    package = packages.Package("npm", "toy", "0", "0" * 64)
    changed = tables.Table(toy.name, toy.about, toy.licence, toy.files, package, toy.prefix, toy.conversion)
    monkeypatch.setattr(prepare, "TABLES", [changed])
    assert call(tmp_path, "toy") == 0
    assert "the tables' own checksums decide" in capsys.readouterr().out


def test_mistakes_are_one_line(toy, tmp_path: Path, capsys) -> None:
    assert call(tmp_path, "toys") == 2
    assert capsys.readouterr().err == "prepare: unknown table 'toys'; known are all, toy\n"
    assert call(tmp_path) == 2
    assert "name a table, or all" in capsys.readouterr().err


def test_list_says_what_there_is(toy, tmp_path: Path, capsys) -> None:
    assert call(tmp_path, "--list") == 0
    assert re.search(r"toy +missing +a toy\n +licence: none; from toy", capsys.readouterr().out)


def test_mails_become_words() -> None:
    mail = "Received: by somebody\nSubject: FREE money!\n\n<b>Win</b> $1,000 at http://x.y/z &amp; more"
    assert convert.words_of(mail) == "free money exclamation win dollar at link more"


# --- the catalogue and the project agree -----------------------------------------------------------


@pytest.mark.parametrize("table", [t for t in tables.TABLES if t.kept], ids=lambda t: t.name)
def test_kept_tables_are_those_of_the_catalogue(table: tables.Table) -> None:
    assert prepare.is_ready(table, DATA)
    readme = (DATA / table.name / "README.md").read_text(encoding="utf-8")
    assert all(sha256 in readme for sha256 in table.files.values())


def test_git_ignores_exactly_what_is_not_kept() -> None:
    ignored = set(re.findall(r"^/experiments/data/(\w+)/$", (REPOSITORY / ".gitignore").read_text(), re.MULTILINE))
    assert ignored == {table.name for table in tables.TABLES if not table.kept}


def test_only_kept_tables_are_installed() -> None:
    text = (REPOSITORY / "cmake" / "install.cmake").read_text()
    installed = re.search(r"foreach\(table IN ITEMS ([\w ]+)\)", text).group(1).split()
    assert set(installed) == {table.name for table in tables.TABLES if table.kept}


def test_films_are_never_kept() -> None:
    found = subprocess.run(["git", "ls-files", "experiments/data/movielens"], cwd=REPOSITORY, capture_output=True, text=True)
    assert found.stdout == ""
