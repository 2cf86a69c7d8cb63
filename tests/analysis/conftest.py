"""Makes the package `analysis` importable and gives the tests their frozen front files."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib
import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY))
matplotlib.use("Agg")  # no window, whatever machine runs the tests

Edit = Callable[[dict[str, Any]], object]


@pytest.fixture
def data() -> Path:
    """The folder of frozen front files."""
    return Path(__file__).parent / "data"


@pytest.fixture
def edited(data: Path, tmp_path: Path) -> Callable[..., Path]:
    """edited(name, edit, out="front.json"): a copy of a frozen file after `edit` changed its document."""
    def make(name: str, edit: Edit, out: str = "front.json") -> Path:
        document = json.loads((data / name).read_text(encoding="utf-8"))
        edit(document)
        path = tmp_path / out
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document), encoding="utf-8")
        return path
    return make
