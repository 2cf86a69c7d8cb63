"""The pictures of docs/constraints.md."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.image import imread

from analysis.front_json import FrontError
from analysis.plot_rule_gallery import caption, figure_of, main, read_gallery
from analysis.rule_gallery_curves import AFTER
from analysis.rule_gallery_views import VIEWS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "constraints.md"


def fit(curve: np.ndarray, loss: float, rate: float) -> dict[str, Any]:
    return {"loss": loss, "penalty": 10 * rate, "violation_rate": rate, "grid": [curve.tolist()],
            "rows": [curve[::3].tolist()]}


@pytest.fixture
def gallery(tmp_path: Path) -> Path:
    """A file of one picture: a curve that falls between 2 and 3, and one that does not."""
    x = np.linspace(0, 6, 31)
    before = np.where(x < 2, x, np.where(x < 3, 4 - x, x - 2))
    document = {
        "scenes": {"dose": {"inputs": ["dose_mg"], "outputs": ["response"], "unit": "response", "grid": [x.tolist()],
                            "columns": {"dose_mg": x[::3].tolist()}, "targets": [before[::3].tolist()]}},
        "pictures": [{"picture": "monotone_pairs", "title": "Monotone pairs", "scene": "dose", "tolerance": 0.0,
                      "group": {"rules": [{"rule": "monotone_pairs"}]},
                      "before": fit(before, 0.125, 0.5), "after": fit(0.6 * x, 0.25, 0.0)}]}
    path = tmp_path / "rules.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


def test_every_picture_of_the_page_has_a_view_and_every_view_a_picture() -> None:
    assert set(re.findall(r"<!-- picture (\w+),", PAGE.read_text(encoding="utf-8"))) == set(VIEWS)


def test_pictures_are_small_files_of_560_by_300_dots(gallery: Path, tmp_path: Path) -> None:
    assert main([str(gallery), "--out", str(tmp_path)]) == 0
    picture = tmp_path / "monotone_pairs.png"
    assert imread(picture).shape[:2] == (300, 560)
    assert picture.stat().st_size < 25_000
    assert sorted(path.name for path in tmp_path.iterdir()) == ["monotone_pairs.png", "rules.json"]


def test_the_curve_with_the_rule_is_the_blue_one(gallery: Path) -> None:
    (ax,) = figure_of(read_gallery(gallery)[0]).axes
    (blue,) = [line for line in ax.lines if line.get_color() == AFTER]
    np.testing.assert_allclose(blue.get_ydata(), 0.6 * np.asarray(blue.get_xdata()))


def test_the_shade_is_where_the_first_curve_falls(gallery: Path) -> None:
    (ax,) = figure_of(read_gallery(gallery)[0]).axes
    (span,) = ax.patches
    box = span.get_extents().transformed(ax.transData.inverted())
    assert box.x0 == pytest.approx(2.0, abs=0.2)
    assert box.x1 == pytest.approx(3.0, abs=0.2)


def test_the_caption_says_what_the_rule_gains_and_costs(gallery: Path) -> None:
    assert re.search(r"50 % \S 0 % of the probes;.*0\.125 \S 0\.250", caption(read_gallery(gallery)[0]))


def test_a_picture_without_a_view_is_refused(gallery: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gallery.write_text(gallery.read_text(encoding="utf-8").replace('"picture": "monotone_pairs"', '"picture": "new"'),
                       encoding="utf-8")
    with pytest.raises(FrontError, match="no view of the picture 'new'"):
        figure_of(read_gallery(gallery)[0])
    assert main([str(gallery), "--out", str(tmp_path)]) == 1
    assert "VIEWS" in capsys.readouterr().err


def test_a_file_that_is_no_gallery_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rules.json"
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(FrontError, match="cannot read"):
        read_gallery(path)
