"""The table that compares fronts."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from analysis.fronts import read_front
from analysis.summarize_fronts import main, summary

TWO = ("two_objectives_tracing.json", "two_objectives_weighted_sum.json")


def test_every_row_holds_what_its_file_holds(data: Path) -> None:
    fronts = [read_front(data / name) for name in TWO]
    lines = summary(fronts).splitlines()
    assert lines[0].split() == ("problem solver status points hypervolume worst KKT gradients seconds "
                                "HV train HV validation HV test").split()
    for line, front, status, points in zip(
            lines[2:], fronts, ("complete", "budget_exhausted"), ("12/14", "10/11")):
        worst = max(r for r, beaten in zip(front.kkt_residuals, front.dominated) if not beaten)
        held_out = front.indicators["held_out"]["hypervolume"]
        assert line.split() == [
            "lending", front.solver, status, points, f"{front.indicators['hypervolume']:.4f}", f"{worst:.1e}",
            str(front.totals["gradients"]), f"{front.totals['seconds']:.2f}",
            *(f"{held_out[split]:.4f}" for split in ("train", "validation", "test"))]


def test_columns_are_aligned(data: Path) -> None:
    header, rule, *body = summary([read_front(data / name) for name in TWO]).splitlines()[:4]
    assert set(rule) == {"-"} and len(rule) == len(header) == len(body[0]) == len(body[1])


def test_what_a_file_lacks_is_a_dash(data: Path) -> None:
    text = summary([read_front(data / TWO[0]), read_front(data / "without_evaluation.json")])
    assert text.splitlines()[3].split()[-3:] == ["-", "-", "-"]
    assert "HV" not in summary([read_front(data / "without_evaluation.json")])


def test_a_front_without_points_has_no_worst_residual(edited) -> None:
    front = read_front(edited(TWO[0], lambda d: d["points"].clear()))
    assert summary([front]).splitlines()[2].split()[3:6] == ["0/0", "0.9938", "-"]


def test_hypervolumes_measured_differently_are_called_so(data: Path, edited) -> None:
    one = read_front(data / TWO[0])
    assert "do not compare" not in summary([one, one])
    assert "HV: hypervolume of error_rate, mean_violation_rate on each split" in summary([one])
    assert "hypervolume: each run scaled it by its own" in summary([one, read_front(data / TWO[1])])
    moved = read_front(edited(TWO[0], lambda d: d["indicators"]["held_out"].update(reference=[0.3, 0.5])))
    assert "HV: the metrics or reference points differ; do not compare" in summary([one, moved])


FAIRNESS = {"name": "fairness", "enforcement": "soft", "rules": ["equal_approval"], "unit": "probability",
            "probes": 1428, "tolerance": 0.02, "margin": 0.0, "scale": 0.125, "scale_origin": "automatic",
            "shape": "huber_hinge", "shape_parameter": 0.1, "aggregation": {"share": 0.25, "kind": "cvar"}}
SAFETY = {"name": "safety", "enforcement": "hard", "rules": ["norm"], "unit": "km", "probes": 3, "tolerance": 0.0,
          "margin": 0.0, "scale": 1.0, "scale_origin": "given"}
BUDGET = SAFETY | {"name": "budget", "enforcement": "probabilistic",
                   "chance": {"delta": 0.05, "surrogate": "smoothed_rate", "temperature": 0.1}}


def test_groups_are_told_with_their_rates_at_the_ends_of_the_front(edited) -> None:
    front = read_front(edited(TWO[0], lambda d: d["problem"].update(groups=[FAIRNESS, SAFETY, BUDGET])))
    lines = summary([front]).splitlines()
    lines = lines[lines.index("constraint groups of lending, pareto_tracing") + 1:]
    assert lines[0].split() == "group enforcement penalty scale origin tolerance unit end train test".split()
    kept = [k for k in range(front.ids.size) if front.feasible[k] and not front.dominated[k]]
    accurate, fair = (min(kept, key=lambda k, i=i: front.values[k, i]) for i in (0, 1))
    worst = max(kept, key=lambda k: front.values[k, 0])

    def rates(index: int) -> str:
        cells = []
        for split in ("train", "test"):
            rate = front.document["points"][index]["evaluation"][split]["violation_rates"]["fairness"]
            cells.append(f"{rate['rate']:.3f} [{rate['lower']:.3f}, {rate['upper']:.3f}]")
        return "  ".join(cells)

    assert accurate != fair and rates(accurate) != rates(fair)
    assert lines[2].split() == ("fairness soft huber_hinge(0.1), cvar(0.25) 0.125 automatic 0.02 probability best "
                                f"cross_entropy: point {front.ids[accurate]} {rates(accurate)}").split()
    assert lines[3].split() == f"best equal_approval: point {front.ids[fair]} {rates(fair)}".split()
    assert lines[4].split() == (f"safety hard - 1 given 0 km best cross_entropy: point {front.ids[accurate]} "
                                "- -").split()
    assert lines[5].split() == f"worst cross_entropy: point {front.ids[worst]} - -".split()
    assert "P <= 0.05, smoothed_rate(0.1)" in lines[6]
    assert {len(line) for line in lines[:8]} == {len(lines[1])}


def test_the_ends_of_the_front_are_feasible_and_not_dominated(edited) -> None:
    def edit(document: dict) -> None:
        document["problem"]["groups"] = [FAIRNESS]
        best = min(document["points"], key=lambda point: point["objectives"][0])
        best["feasible"] = False
        document["best"] = best["id"]
    taken = []
    front = read_front(edited(TWO[0], lambda d: (edit(d), taken.append(d.pop("best")))))
    assert f"best cross_entropy: point {taken[0]} " not in summary([front])
    assert "best cross_entropy: point " in summary([front])


def test_groups_of_a_front_without_points_have_no_rates(edited) -> None:
    def edit(document: dict) -> None:
        document["problem"]["groups"] = [FAIRNESS]
        document["points"].clear()
    line = summary([read_front(edited(TWO[0], edit))]).splitlines()[-2]
    assert line.split()[0] == "fairness" and line.split()[-3:] == ["-", "-", "-"]


def test_files_that_record_no_groups_say_nothing_of_them(data: Path) -> None:
    assert "constraint groups" not in summary([read_front(data / name) for name in TWO])


def test_the_command_prints_the_table(data: Path) -> None:
    script = Path(__file__).resolve().parents[2] / "analysis" / "summarize_fronts.py"
    files = [data / name for name in TWO]
    done = subprocess.run([sys.executable, "-B", script, *files], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == summary([read_front(file) for file in files]) + "\n"


def test_an_unreadable_file_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path / "none.json")]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("summarize_fronts: read_front: cannot read") and err.count("\n") == 1


def test_the_table_alone_is_the_top_of_the_summary(data: Path, capsys: pytest.CaptureFixture) -> None:
    paths = [str(data / name) for name in TWO]
    assert main(["--table", *paths]) == 0
    text = capsys.readouterr().out
    assert len(text.splitlines()) == 4
    assert summary([read_front(path) for path in paths]).startswith(text.rstrip("\n"))
