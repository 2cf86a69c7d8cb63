"""The arithmetic behind docs/scaling.md, and that its pictures can be drawn."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from analysis import plot_scaling

ROOT = Path(__file__).resolve().parents[2]


def load_measure_scaling():
    spec = importlib.util.spec_from_file_location("measure_scaling", ROOT / "scripts" / "measure_scaling.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def write_journal(path: Path, waves: list[list[float]]) -> Path:
    lines = [json.dumps({"journal": 1})]
    lines += [json.dumps({"wave": k, "task": f"{k}/{i}", "result": {"cost": {"seconds": seconds}}})
              for k, wave in enumerate(waves) for i, seconds in enumerate(wave)]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_exponent_is_that_of_a_power_law():
    sizes = [1, 10, 100]
    assert plot_scaling.exponent(sizes, [7.0 * size**1.5 for size in sizes]) == pytest.approx(1.5)


def test_a_pass_is_an_evaluation_and_a_gradient():
    row = {"solving": 6.0, "wall": 8.0, "processor": 4.0, "evaluations": 2, "gradients": 2}
    assert plot_scaling.per_pass(row) == pytest.approx(1.5)


@pytest.mark.parametrize(
    ("waves", "ratio"),
    [
        ([[1.0, 1.0]], 2.0),
        ([[1.0], [1.0]], 1.0),
        ([[1.0, 1.0, 2.0]], 4.0 / 3.0),
        ([[2.0, 1.0, 1.0], [3.0]], 7.0 / 5.0),
    ],
)
def test_the_bound_is_what_two_workers_gain_wave_by_wave(tmp_path, waves, ratio):
    journal = write_journal(tmp_path / "run.jsonl", waves)
    assert load_measure_scaling().bound(journal, 2) == (pytest.approx(ratio), len(waves), sum(map(len, waves)))


def test_every_series_is_drawn(tmp_path):
    row = {"evaluations": 10, "gradients": 10, "solving": 1.0, "wall": 2.0, "processor": 1.0, "peak_mib": 20.0}
    result = {
        "variables": [{**row, "variables": n} for n in (100, 1000, 10000)],
        "rows": [{**row, "rows": n} for n in (100, 1000, 10000)],
        "objectives": [{**row, "objectives": m} for m in (2, 3, 4)],
        "points": [{**row, "points": n, "solver": s} for s in ("a", "b") for n in (10, 30, 100)],
    }
    for name in result:
        slopes = plot_scaling.plot_series(result, name, tmp_path)
        assert "peak memory" in slopes
        assert (tmp_path / f"scaling_{name}.png").stat().st_size > 1000


def test_the_tables_have_a_row_per_measurement():
    waves = [{"solver": "a", "asked": 32, "waves": 7, "tasks": 34, "bounds": {"2": 1.6, "4": 2.0}}]
    assert plot_scaling.waves_table(waves)[2] == "| a | 32 | 7 | 34 | 1.60 | 2.00 |"
    workers = [{"solver": "a", "threads": 1.5, "ranks": 1.4, "load": 0.3}]
    assert plot_scaling.workers_table(workers)[2] == "| a | 1.50 | 1.40 | 0.3 |"
