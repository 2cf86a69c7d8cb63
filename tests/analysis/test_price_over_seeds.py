"""The price of a rule over seeds."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from analysis.price_over_seeds import Question, SeedsError, interval, main, metric, read_seeds, steps


def point(accuracy: float, rule: float) -> dict:
    """Its test metrics are its training metrics plus 1; minimised was the loss with what regularises it."""
    return {"objectives": [accuracy + 2.0 * rule, rule],
            "evaluation": {split: {"metrics": {"loss": accuracy + more, "gap": rule + more}}
                           for split, more in (("train", 0.0), ("test", 1.0))}}


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    """Three seeds; on the third no point halves the gap."""
    fronts = [[point(1.0, 0.4), point(1.2, 0.2), point(2.0, 0.0)],
              [point(2.0, 0.4), point(2.4, 0.1), point(9.0, 0.0)],
              [point(1.0, 0.4), point(1.1, 0.3)]]
    path = tmp_path / "s.seeds.json"
    path.write_text(json.dumps({"format": "libmoo-seeds", "problem": "toy", "solver": "s",
                                "runs": [{"seed": k, "front": front} for k, front in enumerate(fronts)]}))
    return path


def test_the_cheapest_point_that_keeps_the_rule_is_taken(seeds: Path) -> None:
    asked = Question("gap", "loss")
    np.testing.assert_allclose(steps(read_seeds(seeds), asked, "loss"), [[2.0, 2.2], [3.0, 3.4]])
    np.testing.assert_allclose(steps(read_seeds(seeds), asked, "gap"), [[1.4, 1.2], [1.4, 1.1]])


def test_the_goal_may_be_a_value(seeds: Path) -> None:
    asked = Question("gap", "loss", at_most=0.3)
    np.testing.assert_allclose(steps(read_seeds(seeds), asked, "gap"), [[1.4, 1.2], [1.4, 1.1], [1.4, 1.3]])


def test_accurate_may_mean_what_was_minimised(seeds: Path) -> None:
    asked = Question("gap", "loss", by="objective")
    np.testing.assert_allclose(steps(read_seeds(seeds), asked, "loss"), [[2.2, 3.0], [3.4, 10.0]])


def test_the_report_says_how_many_seeds_count(seeds: Path, capsys: pytest.CaptureFixture) -> None:
    assert main([str(seeds), "--rule", "gap", "--accuracy", "loss"]) == 0
    text = capsys.readouterr().out
    assert "toy, s, 2 of 3 seeds" in text and "change 0.3 [" in text
    assert main([str(seeds), "--rule", "gap", "--accuracy", "loss", "--also", "loss", "gap"]) == 0
    assert capsys.readouterr().out == text


def test_intervals_are_students(seeds: Path) -> None:
    assert interval(np.array([1.0, 3.0])) == "2 [-10.71, 14.71]"
    assert interval(np.array([2.0])) == "2"


def test_what_is_not_there_is_named(seeds: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SeedsError, match="no metric 'gab'; there are loss, gap"):
        metric(read_seeds(seeds)["runs"][0]["front"][0], "train", "gab")
    assert main([str(seeds), "--rule", "gap", "--accuracy", "loss", "--split", "old"]) == 1
    assert "no split 'old'; there are train, test" in capsys.readouterr().err
    (tmp_path / "front.json").write_text("{}")
    assert main([str(tmp_path / "front.json"), "--rule", "gap", "--accuracy", "loss"]) == 1
    assert "not a file that `run --seeds` writes" in capsys.readouterr().err
