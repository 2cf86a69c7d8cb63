"""Comparison files: reading, statistics, tables and pictures."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from analysis.compare_solvers import main, summary, which_solver
from analysis.comparisons import (attainment_surface, paired_tests, performance_profile, read_comparison,
                                  work_to_reach)
from analysis.front_json import FrontError

CLAIMS = {"scale_free": True, "keeps_hard_rows": False, "follows_preference": False}
SEEDS = list(range(1, 9))


def run(contestant: str, seed: int, share: float, work: float) -> dict[str, Any]:
    """A run that reaches half its share with half its work; the contest's hypervolume is 2."""
    return {"contestant": contestant, "contest": "zdt1", "seed": seed, "status": "complete", "points": 2,
            "hypervolume": 2.0 * share, "worst_kkt_residual": 1e-7, "gradient_equivalents": work, "seconds": 0.1,
            "front": [[0.0, 1.0 + 0.1 * seed], [1.0, 0.0]], "progress": [[work / 2, share], [work, 2.0 * share]]}


def document() -> dict[str, Any]:
    """Two solvers on one problem with eight seeds: `quick` finds a little more for half the work."""
    contestants = [{"name": name, "solver": name, "summary": "", "options": {}, "claims": CLAIMS}
                   for name in ("quick", "slow")]
    runs = [run("quick", seed, 0.9 + 0.001 * seed, 100.0) for seed in SEEDS]
    runs += [run("slow", seed, 0.8 + 0.002 * seed, 200.0) for seed in SEEDS]
    runs.append({"contestant": "slow", "contest": "dtlz2", "seed": 1, "unsupported": "two objectives at most"})
    contest = {"variables": 30, "hard_rows": 0, "bounded": True, "shape": "convex", "local_fronts": False,
               "ideal": [0.0, 0.0], "nadir": [1.0, 1.0], "hypervolume": 2.0, "analytic": True}
    return {"format": "libmoo-comparison", "version": 1, "context": {}, "contestants": contestants,
            "settings": {"points": 2, "seeds": SEEDS, "max_gradients": 0, "max_seconds": 0.0},
            "contests": [contest | {"name": "zdt1", "objectives": ["f0", "f1"]},
                         contest | {"name": "dtlz2", "objectives": ["f0", "f1", "f2"]}], "runs": runs}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A comparison file."""
    path = tmp_path / "compare.json"
    path.write_text(json.dumps(document()), encoding="utf-8")
    return path


def test_reads_runs_in_units_of_the_contest(file: Path) -> None:
    comparison = read_comparison(file)
    first = comparison.of("quick", "zdt1")[0]
    assert first.share == pytest.approx(0.901)
    assert work_to_reach(first, 0.4) == 50.0
    assert work_to_reach(first, 0.9) == 100.0
    assert work_to_reach(first, 0.95) == math.inf
    assert comparison.unsupported[("slow", "dtlz2")] == "two objectives at most"


def test_profile_starts_at_one_for_the_best_and_is_infinite_where_a_solver_fails(file: Path) -> None:
    profile = performance_profile(read_comparison(file), 0.8)
    assert profile["quick"][:8].tolist() == [1.0] * 8
    assert profile["slow"][:8].tolist() == [2.0] * 8
    assert np.isinf(profile["slow"][8:]).all()  # dtlz2: nobody ran
    assert np.isinf(performance_profile(read_comparison(file), 0.999)["slow"]).all()


def test_attainment_surfaces_are_order_statistics_of_the_fronts() -> None:
    fronts = [np.array([[0.0, height], [1.0, 0.0]]) for height in (1.0, 2.0, 3.0)]
    assert attainment_surface(fronts, 0.25).tolist() == [[0.0, 1.0], [1.0, 0.0]]
    assert attainment_surface(fronts, 0.5).tolist() == [[0.0, 2.0], [1.0, 0.0]]
    assert attainment_surface(fronts, 1.0).tolist() == [[0.0, 3.0], [1.0, 0.0]]
    late = [np.array([[0.5, 1.0]]), np.array([[0.0, 2.0]])]
    assert attainment_surface(late, 1.0).tolist() == [[0.5, 2.0]]  # nothing is attained by both before


def test_paired_tests_name_the_better_solver_with_an_interval_around_the_shift(file: Path) -> None:
    (test,) = paired_tests(read_comparison(file))
    assert (test.better, test.worse, test.pairs) == ("quick", "slow", 8)
    assert test.shift == pytest.approx(0.0955)
    assert test.interval[0] < test.shift < test.interval[1]
    assert test.p_value == pytest.approx(2 / 2 ** 8)  # eight differences of one sign


def test_tables_name_solvers_problems_and_properties(file: Path) -> None:
    comparison = read_comparison(file)
    text = summary(comparison)
    assert "quick" in text and "zdt1" in text and "0.9045" in text
    lines = which_solver(comparison).splitlines()
    assert lines[2].startswith("| `quick` | 0.905") and "| yes | no | no |" in lines[2]
    assert len({line.count("|") for line in lines}) == 1


def test_command_draws_three_pictures_that_are_not_blank(file: Path, tmp_path: Path) -> None:
    assert main([str(file), "--out", str(tmp_path / "pictures")]) == 0
    for name in ("progress", "profile", "attainment"):
        picture = np.asarray(Image.open(tmp_path / "pictures" / f"{name}.png").convert("RGB"))
        assert picture.std() > 5.0


@pytest.mark.parametrize("text, says", [("{", "cannot be read"), ("[]", "not a comparison file"),
                                        ('{"format": "libmoo-comparison"}', "broken comparison file")])
def test_broken_files_are_named(tmp_path: Path, text: str, says: str, capsys: pytest.CaptureFixture) -> None:
    path = tmp_path / "broken.json"
    path.write_text(text, encoding="utf-8")
    assert main([str(path)]) == 1
    assert says in capsys.readouterr().err
    with pytest.raises(FrontError, match="broken.json"):
        read_comparison(path)


def test_a_missing_file_is_named(capsys: pytest.CaptureFixture) -> None:
    assert main(["no_such.json"]) == 1
    assert "no_such.json: it cannot be read" in capsys.readouterr().err
