"""The table of benchmarks, from frozen results."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from analysis.compare_benchmarks import BEGIN, END, Row, main, read_folder, table


@pytest.fixture
def results(data: Path, tmp_path: Path) -> Path:
    """A folder as scripts/benchmark leaves it."""
    folder = tmp_path / "results"
    folder.mkdir()
    shutil.copy(data / "benchmarks" / "frozen.json", folder / "bench_all.json")
    (folder / "machine.json").write_text(json.dumps({"machine": ["a processor", "a compiler"]}), encoding="utf-8")
    (folder / "rows_threads.json").write_text(json.dumps({"rows": [
        {"work": "1 to 2 threads", "peer": "one thread", "target": ">= 1.85", "figure": 1.9}]}), encoding="utf-8")
    return folder


def row(rows: list[Row], work: str) -> Row:
    """The one row about this work."""
    found = [each for each in rows if each.work == work]
    assert len(found) == 1
    return found[0]


def test_ratios_are_of_medians_of_repetitions_in_one_unit(results: Path) -> None:
    rows, _ = read_folder(results)
    step = row(rows, "training step, double, 20-64-64-1, batch 32")
    assert step.figure == pytest.approx(231.0 / 33.0)  # neither the outlier nor the aggregate entry counts
    assert step.verdict == "pass"


def test_at_most_rows_turn_the_ratio_round(results: Path) -> None:
    rows, _ = read_folder(results)
    own = row(rows, "gradients of 4 objectives on their own probes, 20-64-64-1")
    assert own.figure == pytest.approx(1.2) and own.verdict == "short"


def test_the_faster_of_two_peers_counts(results: Path) -> None:
    rows, _ = read_folder(results)
    assert row(rows, "dense Gauss-Newton, n = 353, 1000 rows").figure == pytest.approx(1.4)
    share = [each for each in rows if each.work.startswith("evaluation")]
    assert share[0].figure == pytest.approx(0.8) and share[0].verdict == "pass"


def test_fronts_are_compared_over_all_seeds(results: Path) -> None:
    runs = [{"name": f"lending_front/{who}/seed:{seed}", "cpu_time": milliseconds, "time_unit": "ms", "test": test}
            for who, milliseconds, test in (("libmoo", 40.0, 0.36), ("libtorch", 1000.0, 0.345))
            for seed in range(1, 6)]
    file = results / "bench_lending_front.json"
    file.write_text(json.dumps({"benchmarks": runs}), encoding="utf-8")
    rows, _ = read_folder(results)
    work = "ten-point lending front, seeds 1 to 5"
    assert row(rows, f"{work}: time").figure == pytest.approx(25.0)
    assert row(rows, f"{work}: mean test hypervolume").figure == pytest.approx(0.36 / 0.345)
    file.write_text(json.dumps({"benchmarks": runs[1:]}), encoding="utf-8")
    rows, _ = read_folder(results)
    assert row(rows, f"{work}: time").figure is None


def test_what_was_not_measured_says_so(results: Path) -> None:
    rows, _ = read_folder(results)
    missing = row(rows, "exact hypervolume, m = 3, N = 1000")
    assert missing.figure is None and missing.verdict == "not measured"
    assert "| - | not measured |" in table(rows, [])


def test_rows_of_other_programs_come_along(results: Path) -> None:
    rows, machine = read_folder(results)
    assert row(rows, "1 to 2 threads").verdict == "pass"
    assert machine == ["a processor", "a compiler"]
    assert table(rows, machine).endswith("- a processor\n- a compiler")


def test_the_page_gets_the_table_between_its_markers(results: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"above\n\n{BEGIN}\nold\n{END}\n\nbelow\n", encoding="utf-8")
    assert main([str(results), "--docs", str(page)]) == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("above\n") and text.endswith("below\n")
    assert "old" not in text and "| 7.00 | pass |" in text
    assert main([str(results), "--docs", str(page)]) == 0
    assert page.read_text(encoding="utf-8") == text


def test_a_page_without_markers_and_an_empty_folder_are_refused(
        results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "page.md"
    page.write_text("nothing here\n", encoding="utf-8")
    assert main([str(results), "--docs", str(page)]) == 2
    (tmp_path / "empty").mkdir()
    assert main([str(tmp_path / "empty")]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 2
