"""docs/domains.md: its pictures exist, the fronts behind them load, and its table is theirs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis.fronts import read_front
from analysis.plot_front import figure_of_fronts
from analysis.summarize_fronts import summary, table

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "domains.md").read_text(encoding="utf-8")
KEPT = DOCS / "gallery" / "fronts"
PICTURES = re.findall(r"!\[[^]]+]\(([^)]+\.png)\)", TEXT)


def kept(name: str) -> list[Path]:
    """The fronts of a picture, in the order of the note's table."""
    order = ("weighted_sum", "augmented_lagrangian", "pareto_tracing")
    return sorted((KEPT / name).glob("*.json"), key=lambda path: order.index(path.stem))


def test_every_picture_is_there_and_is_shown() -> None:
    assert PICTURES and [picture for picture in PICTURES if not (DOCS / picture).is_file()] == []
    shown = {Path(picture).name for picture in PICTURES}
    assert {path.name for path in (DOCS / "gallery").glob("*.png")} == shown


def test_every_picture_of_a_front_has_its_fronts() -> None:
    names = {Path(picture).stem for picture in PICTURES} - {"planner_paths"}  # drawn from the planner's paths
    assert {path.name for path in KEPT.iterdir()} == names


@pytest.mark.parametrize("folder", sorted(KEPT.iterdir()), ids=lambda folder: folder.name)
def test_the_fronts_load_summarise_and_draw(folder: Path) -> None:
    fronts = [read_front(path) for path in kept(folder.name)]
    assert fronts
    lines = summary(fronts).splitlines()
    for front, line in zip(fronts, lines[2:]):
        assert line.split()[:2] == [front.problem, front.solver]
        assert not any(Path(word).is_absolute() for word in front.document["context"]["command_line"])
    assert figure_of_fronts(fronts).axes


def test_the_table_is_that_of_the_fronts() -> None:
    names = dict.fromkeys(Path(picture).stem for picture in PICTURES)
    paths = [path for name in names for path in kept(name)]
    assert table([read_front(path) for path in paths]) in TEXT
