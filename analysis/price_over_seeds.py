"""What a rule costs, over the seeds of a run: a mean with its 95 % interval.

    python3 analysis/price_over_seeds.py SOLVER.seeds.json --rule parity_gap --accuracy cross_entropy
                                         [--share 0.5] [--split test]

Per seed: from the point that is most accurate on the training data to the most accurate one whose rule
metric there is at most `share` of that point's. Reported: both metrics of both points on the split. A
seed on which no point keeps the rule so well is counted and left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats


class SeedsError(Exception):
    """The file is no seeds file, or lacks what was asked for."""


def read_seeds(path: str | Path) -> dict[str, Any]:
    """The document; raises SeedsError."""
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SeedsError(f"{path}: {error}") from error
    if not isinstance(document, dict) or document.get("format") != "libmoo-seeds":
        raise SeedsError(f"{path}: not a file that `run --seeds` writes")
    return document


def metric(point: Mapping[str, Any], split: str, name: str) -> float:
    """A metric of a point on a split; raises SeedsError listing what there is."""
    evaluation = point["evaluation"]
    if split not in evaluation:
        raise SeedsError(f"no split '{split}'; there are {', '.join(evaluation)}")
    if name not in evaluation[split]["metrics"]:
        raise SeedsError(f"no metric '{name}'; there are {', '.join(evaluation[split]['metrics'])}")
    return evaluation[split]["metrics"][name]


def steps(document: Mapping[str, Any], rule: str, accuracy: str, share: float, split: str) -> np.ndarray:
    """One row per seed on which the rule can be kept so well: accuracy before and after, rule before
    and after, on the split; seeds x 4."""
    rows = []
    for run in document["runs"]:
        front = run["front"]
        best = min(front, key=lambda point: metric(point, "train", accuracy))
        goal = share * metric(best, "train", rule)
        kept = [point for point in front if metric(point, "train", rule) <= goal]
        if not kept:
            continue
        chosen = min(kept, key=lambda point: metric(point, "train", accuracy))
        rows.append([metric(point, split, name) for name in (accuracy, rule) for point in (best, chosen)])
    return np.array(rows).reshape(-1, 4)


def interval(values: np.ndarray) -> str:
    """`0.0123 [0.0101, 0.0145]`: mean and the 95 % interval of Student's t."""
    mean = values.mean()
    if values.size < 2:
        return f"{mean:.4g}"
    half = stats.t.ppf(0.975, values.size - 1) * values.std(ddof=1) / np.sqrt(values.size)
    return f"{mean:.4g} [{mean - half:.4g}, {mean + half:.4g}]"


def report(document: Mapping[str, Any], rule: str, accuracy: str, share: float, split: str) -> str:
    """Three lines: the change of either metric, and the seeds they are from."""
    rows = steps(document, rule, accuracy, share, split)
    if not rows.size:
        raise SeedsError(f"on no seed does a point bring {rule} to {share:g} of what it is")
    return "\n".join([
        f"{accuracy} on {split}: {interval(rows[:, 0])} -> {interval(rows[:, 1])}, "
        f"change {interval(rows[:, 1] - rows[:, 0])}",
        f"{rule} on {split}: {interval(rows[:, 2])} -> {interval(rows[:, 3])}",
        f"{document['problem']}, {document['solver']}, {len(rows)} of {len(document['runs'])} seeds",
    ])


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the file holds what was asked for."""
    parser = argparse.ArgumentParser(description="What a rule costs, over the seeds of a run.")
    parser.add_argument("seeds", metavar="SOLVER.seeds.json")
    parser.add_argument("--rule", required=True, help="metric of the rule, smaller is better")
    parser.add_argument("--accuracy", required=True, help="metric of the accuracy, smaller is better")
    parser.add_argument("--share", type=float, default=0.5, help="of the rule metric that may be left")
    parser.add_argument("--split", default="test", help="where both are read")
    chosen = parser.parse_args(arguments)
    try:
        print(report(read_seeds(chosen.seeds), chosen.rule, chosen.accuracy, chosen.share, chosen.split))
    except SeedsError as error:
        print(f"price_over_seeds: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
