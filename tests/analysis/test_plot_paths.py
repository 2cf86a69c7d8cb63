"""Tests of analysis/plot_paths.py."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.plot_paths import clearances, figure_of_paths, main

DOCUMENT = {
    "map": {"x": 0.0, "y": 0.0, "cell": 1.0, "rows": ["......", "..##..", "......", "......"]},
    "robot_radius": 0.6,
    "points": [{"id": 3, "collision_rate": 0.5, "length_ratio": 1.25,
                "paths": {"test": [[[0.0, 1.0], [5.0, 1.0], [2.0, 1.0]], [[0.0, 3.0], [5.0, 3.0]]]}}],
}


def test_clearance_is_measured_to_the_border_of_blocked_cells() -> None:
    found = clearances(DOCUMENT, np.array([[0.0, 1.0], [2.0, 3.0], [2.0, 1.0]]))
    assert found == pytest.approx([1.5, 1.5, -0.5])


def test_paths_that_hit_something_are_dashed() -> None:
    figure = figure_of_paths(DOCUMENT, ["test"])
    styles = [line.get_linestyle() for line in figure.axes[0].lines if len(line.get_xdata()) > 1]
    assert styles == ["--", "-"]
    assert "point 3" in figure.axes[0].get_title() and "1.25" in figure.axes[0].get_title()


def test_the_command_writes_a_picture(tmp_path: Path) -> None:
    (tmp_path / "a.paths.json").write_text(json.dumps(DOCUMENT))
    assert main([str(tmp_path / "a.paths.json"), "--out", str(tmp_path / "a.png")]) == 0
    assert (tmp_path / "a.png").stat().st_size > 1000


def test_other_files_are_one_clear_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b.json").write_text("{}")
    assert main([str(tmp_path / "b.json"), "--out", str(tmp_path / "b.png")]) == 1
    assert "holds no paths" in capsys.readouterr().err
