"""What a rule costs, over the seeds of a run: a mean with its 95 % interval.

    python3 analysis/price_over_seeds.py SOLVER.seeds.json --rule parity_gap --accuracy cross_entropy
                                         [--share 0.5 | --at-most 0.05] [--by objective]
                                         [--also METRIC ...] [--split test]

Per seed: from the point that is most accurate on the training data to the most accurate one whose rule
metric there is at most `share` of that point's, or at most the value given. Reported: both metrics of both
points on the split, and any others. A seed on which no point keeps the rule so well is counted and left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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


@dataclass(frozen=True)
class Question:
    """What is asked of every front: which two points, and what of them."""

    rule: str
    accuracy: str
    share: float = 0.5  # of the rule metric that may be left
    at_most: float | None = None  # or what may be left, whatever it was
    by: str = "metric"  # what "accurate" means on training data: the metric, or the objective as minimised
    split: str = "test"
    also: tuple[str, ...] = ()

    def error(self, point: Mapping[str, Any]) -> float:
        """On training data."""
        return point["objectives"][0] if self.by == "objective" else metric(point, "train", self.accuracy)

    def ends(self, front: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
        """The most accurate point, and the most accurate one that keeps the rule so well; None without it."""
        best = min(front, key=self.error)
        goal = self.share * metric(best, "train", self.rule) if self.at_most is None else self.at_most
        kept = [point for point in front if metric(point, "train", self.rule) <= goal]
        return (best, min(kept, key=self.error)) if kept else None


def steps(document: Mapping[str, Any], question: Question, name: str) -> np.ndarray:
    """One row per seed on which the rule can be kept so well: a metric before and after, on the split."""
    ends = [question.ends(run["front"]) for run in document["runs"]]
    rows = [[metric(point, question.split, name) for point in pair] for pair in ends if pair]
    return np.array(rows).reshape(-1, 2)


def interval(values: np.ndarray) -> str:
    """`0.0123 [0.0101, 0.0145]`: mean and the 95 % interval of Student's t."""
    mean = values.mean()
    if values.size < 2:
        return f"{mean:.4g}"
    half = stats.t.ppf(0.975, values.size - 1) * values.std(ddof=1) / np.sqrt(values.size)
    return f"{mean:.4g} [{mean - half:.4g}, {mean + half:.4g}]"


def report(document: Mapping[str, Any], question: Question) -> str:
    """A line per metric with its change, and the seeds they are from."""
    lines = []
    for name in dict.fromkeys((question.accuracy, question.rule, *question.also)):
        rows = steps(document, question, name)
        if not rows.size:
            left = f"{question.share:g} of what it is" if question.at_most is None else f"{question.at_most:g}"
            raise SeedsError(f"on no seed does a point bring {question.rule} to {left}")
        lines.append(f"{name} on {question.split}: {interval(rows[:, 0])} -> {interval(rows[:, 1])}, "
                     f"change {interval(rows[:, 1] - rows[:, 0])}")
    lines.append(f"{document['problem']}, {document['solver']}, {len(rows)} of {len(document['runs'])} seeds")
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the file holds what was asked for."""
    parser = argparse.ArgumentParser(description="What a rule costs, over the seeds of a run.")
    parser.add_argument("seeds", metavar="SOLVER.seeds.json")
    parser.add_argument("--rule", required=True, help="metric of the rule, smaller is better")
    parser.add_argument("--accuracy", required=True, help="metric of the accuracy, smaller is better")
    parser.add_argument("--share", type=float, default=0.5, help="of the rule metric that may be left")
    parser.add_argument("--at-most", type=float, help="the rule metric that may be left, instead of a share")
    parser.add_argument("--by", choices=("metric", "objective"), default="metric",
                        help="what most accurate means: the metric, or the first objective as it was minimised, "
                             "which carries the weight decay")
    parser.add_argument("--also", nargs="+", default=(), metavar="METRIC", help="report these as well")
    parser.add_argument("--split", default="test", help="where they are read")
    chosen = parser.parse_args(arguments)
    try:
        question = Question(chosen.rule, chosen.accuracy, chosen.share, chosen.at_most, chosen.by, chosen.split,
                            tuple(chosen.also))
        print(report(read_seeds(chosen.seeds), question))
    except SeedsError as error:
        print(f"price_over_seeds: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
