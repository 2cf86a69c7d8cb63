"""Several fronts side by side, as a plain-text table.

    python3 analysis/summarize_fronts.py FRONT.json [FRONT.json ...]

Every number is read from the files. "worst KKT" is the largest residual among the non-dominated points.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.front_json import FrontError
from analysis.fronts import Front, read_front


def summary(fronts: Sequence[Front]) -> str:
    """The table, with a note below it where rows cannot be compared."""
    return "\n".join([*_table(fronts), *_notes(fronts)])


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


def _table(fronts: Sequence[Front]) -> list[str]:
    """Lines with aligned columns; words to the left, numbers to the right."""
    rows = [_cells(front) for front in fronts]
    titles = list(dict.fromkeys(title for row in rows for title in row))
    words = {"problem", "solver", "status"}
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


def _all_close(vectors: Sequence[Sequence]) -> bool:
    """Whether all are the same up to what the table can show."""
    return all(np.shape(each) == np.shape(vectors[0]) and np.allclose(each, vectors[0], rtol=1e-5, atol=1e-12)
               for each in vectors)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when every file could be read."""
    parser = argparse.ArgumentParser(description="Compares front files in a plain-text table.")
    parser.add_argument("fronts", nargs="+", metavar="FRONT.json")
    chosen = parser.parse_args(arguments)
    try:
        print(summary([read_front(path) for path in chosen.fronts]))
    except FrontError as error:
        print(f"summarize_fronts: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
