"""Several fronts side by side, as a plain-text table; below it the constraint groups of each.

    python3 analysis/summarize_fronts.py [--table] FRONT.json [FRONT.json ...]

Every number is read from the files. "worst KKT" is the largest residual among the non-dominated points.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.front_json import FrontError
from analysis.fronts import Front, read_front


def table(fronts: Sequence[Front]) -> str:
    """One row per front, of one problem or of several."""
    return "\n".join(aligned([_cells(front) for front in fronts], {"problem", "solver", "status"}))


def summary(fronts: Sequence[Front]) -> str:
    """The table, notes where rows cannot be compared, and the groups of the fronts that record them."""
    lines = [table(fronts), *_notes(fronts)]
    for front in fronts:
        if front.groups:
            lines += ["", f"constraint groups of {front.problem}, {front.solver}", *_groups(front)]
    return "\n".join(lines)


def _cells(front: Front) -> dict[str, str]:
    """One row: column title -> text."""
    residuals = front.kkt_residuals[~front.dominated]
    cells = {
        "problem": front.problem,
        "solver": front.solver,
        "status": front.status,
        "points": f"{residuals.size}/{front.ids.size}",
        "hypervolume": f"{front.indicators['hypervolume']:.4f}",
        "worst KKT": f"{residuals.max():.1e}" if residuals.size else "-",
        "gradients": f"{front.totals['gradients']}",
        "seconds": f"{front.totals['seconds']:.2f}",
    }
    held_out = front.indicators.get("held_out", {"hypervolume": {}})
    return cells | {f"HV {split}": f"{value:.4f}" for split, value in held_out["hypervolume"].items()}


def aligned(rows: Sequence[Mapping[str, str]], words: set[str]) -> list[str]:
    """Lines with aligned columns: `words` to the left, numbers to the right, a dash where a row has no cell."""
    titles = list(dict.fromkeys(title for row in rows for title in row))
    columns = []
    for title in titles:
        column = [title, *(row.get(title, "-") for row in rows)]
        width = max(map(len, column))
        columns.append([cell.ljust(width) if title in words else cell.rjust(width) for cell in column])
    header, *body = ("  ".join(line).rstrip() for line in zip(*columns))
    return [header, "-" * max(map(len, (header, *body))), *body]


def _notes(fronts: Sequence[Front]) -> list[str]:
    """Warnings about hypervolumes that were not measured alike."""
    notes = ["points: non-dominated/all; worst KKT: largest residual of the non-dominated points"]
    scaling = [[front.ideal, front.nadir, front.indicators["reference"]] for front in fronts]
    if not _all_close(scaling):
        notes.append("hypervolume: each run scaled it by its own ideal and nadir; do not compare it across rows")
    held_out = [front.indicators["held_out"] for front in fronts if "held_out" in front.indicators]
    if held_out:
        metrics = [each["metrics"] for each in held_out]
        alike = all(each == metrics[0] for each in metrics) and _all_close([each["reference"] for each in held_out])
        notes.append(f"HV: hypervolume of {', '.join(metrics[0])} on each split" if alike else
                     "HV: the metrics or reference points differ; do not compare it across rows")
    return notes


def _groups(front: Front) -> list[str]:
    """Every group with its violation rates at the two ends of the front, and what the table means."""
    rows = []
    for group in front.groups:
        told = {
            "group": group["name"],
            "enforcement": group["enforcement"],
            "penalty": _penalty(group),
            "scale": f"{group['scale']:.4g}",
            "origin": group["scale_origin"],
            "tolerance": f"{group['tolerance']:.4g}",
            "unit": group["unit"],
        }
        for where, index in _ends(front, group["name"]) or [("-", None)]:
            rates = {split: _rate(front, index, split, group["name"]) for split in ("train", "test")}
            rows.append(told | {"end": where} | rates)
            told = dict.fromkeys(told, "")
    words = {"group", "enforcement", "penalty", "origin", "unit", "end"}
    return [*aligned(rows, words), "train, test: violation rate with its 95 % interval at an end of the front; "
            "a group without an objective of its own is shown where the first objective is best and worst"]


def _penalty(group: Mapping[str, Any]) -> str:
    """`squared_hinge`, `huber_hinge(0.1), cvar(0.25)`, `P <= 0.05, cvar`, or a dash for hard rows."""
    def called(name: str, parameter: float | None) -> str:
        return name if parameter is None else f"{name}({parameter:.4g})"

    if "chance" in group:
        chance = group["chance"]
        return f"P <= {chance['delta']:.4g}, {called(chance['surrogate'], chance.get('temperature'))}"
    if "shape" not in group:
        return "-"
    shape = called(group["shape"], group.get("shape_parameter"))
    aggregation = group["aggregation"]
    parameter = aggregation.get("share", aggregation.get("temperature"))
    return shape if parameter is None else f"{shape}, {called(aggregation['kind'], parameter)}"


def _ends(front: Front, group: str) -> list[tuple[str, int]]:
    """What is best or worst at either end, and the index of the point there; none without points."""
    kept = np.flatnonzero(front.feasible & ~front.dominated)
    if not kept.size:
        return []
    values = front.values[kept]
    ends = [(f"best {front.names[0]}", kept[values[:, 0].argmin()])]
    own = [k for k, objective in enumerate(front.objectives) if objective.group == group]
    if own:
        ends.append((f"best {front.names[own[0]]}", kept[values[:, own[0]].argmin()]))
    else:
        ends.append((f"worst {front.names[0]}", kept[values[:, 0].argmax()]))
    return [(f"{where}: point {front.ids[index]}", int(index)) for where, index in ends]


def _rate(front: Front, index: int | None, split: str, group: str) -> str:
    """`0.151 [0.120, 0.186]`, or a dash where the rate was not measured."""
    point = {} if index is None else front.document["points"][index]
    rate = point.get("evaluation", {}).get(split, {"violation_rates": {}})["violation_rates"].get(group)
    return f"{rate['rate']:.3f} [{rate['lower']:.3f}, {rate['upper']:.3f}]" if rate else "-"


def _all_close(vectors: Sequence[Sequence]) -> bool:
    """Whether all are the same up to what the table can show."""
    return all(np.shape(each) == np.shape(vectors[0]) and np.allclose(each, vectors[0], rtol=1e-5, atol=1e-12)
               for each in vectors)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when every file could be read."""
    parser = argparse.ArgumentParser(description="Compares front files in a plain-text table.")
    parser.add_argument("fronts", nargs="+", metavar="FRONT.json")
    parser.add_argument("--table", action="store_true", help="the table alone, without notes and groups")
    chosen = parser.parse_args(arguments)
    try:
        fronts = [read_front(path) for path in chosen.fronts]
        print(table(fronts) if chosen.table else summary(fronts))
    except FrontError as error:
        print(f"summarize_fronts: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
