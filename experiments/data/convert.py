"""How the files of a package become a table. Every function takes the folder the package was unpacked
in and writes files into another one."""

from __future__ import annotations

import csv
import gzip
import html
import json
import re
import shutil
from pathlib import Path
from typing import Callable

import read_r_data

Conversion = Callable[[Path, Path], None]


def from_r(source: str, name: str, out: str) -> Conversion:
    """The R object `name` of a save file or a lazy-load database."""

    def convert(folder: Path, target: Path) -> None:
        table = read_r_data.load(folder / source, name)
        read_r_data.write_csv(read_r_data.columns(table, name), target / out)

    return convert


def gunzipped(folder_in_package: str) -> Conversion:
    """All .gz files of a folder, unpacked under their names without the ending."""

    def convert(folder: Path, target: Path) -> None:
        for path in sorted((folder / folder_in_package).glob("*.gz")):
            with gzip.open(path) as source, open(target / path.stem, "wb") as file:
                shutil.copyfileobj(source, file)

    return convert


def digits(folder: Path, target: Path) -> None:
    """The 8 x 8 images of scikit-learn: a header for its nameless columns, pixels row by row."""
    (path,) = folder.rglob("digits.csv.gz")
    header = [f"pixel_{row}{column}" for row in range(8) for column in range(8)] + ["digit"]
    with gzip.open(path, "rt", encoding="ascii") as source:
        rows = [[str(int(float(c))) for c in row] for row in csv.reader(source)]
    with open(target / "digits.csv", "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def words_of(mail: str) -> str:
    """Subject and body of a mail as lower-case words: letters only, a number as "num", an amount as
    "dollar", "!" as "exclamation", a link as "link". The other header lines are left out, because they
    tell how a mail was collected rather than what it says; so are markup and encoded attachments."""
    head, _, body = mail.replace("\r", "").partition("\n\n")
    subject = re.search(r"^subject:(.*)$", head, re.IGNORECASE | re.MULTILINE)
    text = (subject.group(1) if subject else "") + " " + body
    text = re.sub(r"^[A-Za-z0-9+/=]{60,}$", " ", text, flags=re.MULTILINE)
    text = re.sub(r"<(style|script).*?</\1>", " ", text, flags=re.IGNORECASE | re.DOTALL)
    text = html.unescape(re.sub(r"<[^>]{0,500}>", " ", text)).lower()
    text = re.sub(r"(https?://|www\.)\S+", " link ", text)
    text = re.sub(r"\$\s*\d[\d,.]*", " dollar ", text).replace("$", " dollar ")
    text = re.sub(r"\d[\d,.]*", " num ", text).replace("!", " exclamation ")
    words = [word for word in re.findall(r"[a-z]+", text) if 2 <= len(word) <= 20]
    return " ".join(words[:400])


def mails(folder: Path, target: Path) -> None:
    """One row per mail of the SpamAssassin corpus, in the order of their files; mails that say the same
    as an earlier one are left out, or they would stand in training and test data at once."""
    seen = set()
    with open(target / "spamassassin.csv", "w", newline="", encoding="ascii") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["group", "type", "text"])
        for path in sorted((folder / "package" / "data").glob("*/*.json")):
            mail = json.loads(path.read_text(encoding="utf-8"))
            if not isinstance(mail, dict) or "text" not in mail:
                continue
            text = words_of(mail["text"])
            kind = "spam" if mail["group"].startswith("spam") else "ham"
            if text and (kind, text) not in seen:
                seen.add((kind, text))
                writer.writerow([mail["group"], kind, text])
