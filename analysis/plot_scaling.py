"""Cost against size, as measured by scripts/measure_scaling: curves, and the exponents of fitted power laws.

    python3 analysis/plot_scaling.py build/scaling/scaling.json --out docs/images
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402

Row = Mapping[str, Any]


def exponent(sizes: Sequence[float], costs: Sequence[float]) -> float:
    """Slope of log cost over log size, by least squares."""
    return float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])


def per_pass(row: Row) -> float:
    """Processor seconds of one evaluation with one gradient: a forward pass costs one part of it, a backward pass two.

    The solver's part of the program's processor time is taken to be its part of the wall time.
    """
    solving = row["processor"] * row["solving"] / row["wall"]
    return solving * 3.0 / (row["evaluations"] + 2.0 * row["gradients"])


def curve(ax: plt.Axes, rows: Sequence[Row], size: str, cost: Callable[[Row], float], label: str) -> float:
    """Draws cost over size on logarithmic axes; the exponent of the larger half."""
    sizes = [row[size] for row in rows]
    costs = [cost(row) for row in rows]
    half = len(rows) // 2 if len(rows) > 3 else 0
    slope = exponent(sizes[half:], costs[half:])
    ax.loglog(sizes, costs, "o-", label=f"{label}: exponent {slope:.2f}")
    return slope


def plot_series(result: Mapping[str, Sequence[Row]], name: str, out: Path) -> dict[str, float]:
    """One picture: time left, memory right."""
    rows = result[name]
    size = {"variables": "variables", "rows": "rows", "objectives": "objectives", "points": "points"}[name]
    figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
    found: dict[str, float] = {}
    if name != "points":
        found["one pass"] = curve(left, rows, size, per_pass, "evaluation and gradient")
        left.set_ylabel("processor seconds")
    else:
        for solver in dict.fromkeys(row.get("solver", "weighted_sum") for row in rows):
            own = [row for row in rows if row.get("solver", "weighted_sum") == solver]
            found[f"gradients, {solver}"] = curve(left, own, size, lambda row: row["gradients"], solver)
        left.set_ylabel("gradients of a whole front")
    found["peak memory"] = curve(right, rows if name != "points" else rows[: len(rows) // 2], size,
                                 lambda row: row["peak_mib"], "peak resident set")
    right.set_ylabel("MiB")
    for ax in (left, right):
        ax.set_xlabel(size)
        ax.legend(fontsize=8)
        ax.grid(alpha=0.3, which="both")
    figure.tight_layout()
    figure.savefig(out / f"scaling_{name}.png", dpi=130)
    plt.close(figure)
    return found


def waves_table(rows: Sequence[Row]) -> list[str]:
    """What the plans of solvers allow, as Markdown."""
    workers = list(rows[0]["bounds"])
    lines = ["| solver | points | waves | tasks | " + " | ".join(f"{w} workers" for w in workers) + " |",
             "|---|" + "---|" * (3 + len(workers))]
    lines += [f"| {row['solver']} | {row['asked']} | {row['waves']} | {row['tasks']} | "
              + " | ".join(f"{row['bounds'][w]:.2f}" for w in workers) + " |" for row in rows]
    return lines


def workers_table(rows: Sequence[Row]) -> list[str]:
    """One worker against two, as Markdown."""
    lines = ["| solver | two threads | two ranks | load |", "|---|---|---|---|"]
    lines += [f"| {row['solver']} | {row['threads']:.2f} | {row['ranks']:.2f} | {row['load']:.1f} |" for row in rows]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measurements", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    options = parser.parse_args()
    result = json.loads(options.measurements.read_text())
    options.out.mkdir(parents=True, exist_ok=True)
    for name in ("variables", "rows", "objectives", "points"):
        if name not in result:
            continue
        for what, slope in plot_series(result, name, options.out).items():
            print(f"{name}: {what}: exponent {slope:.2f}")
        for row in result[name]:
            print("  ", {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()})
    for name, table in (("waves", waves_table), ("workers", workers_table)):
        if name in result:
            print("\n".join(table(result[name])))


if __name__ == "__main__":
    main()
