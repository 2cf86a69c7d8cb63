"""Comparison files: what solvers reached on the same problems, seeds and budget, and statistics on it.

Sizes: seeds, runs, points, m = objectives. The unit of replication is the seed: intervals and tests resample
or pair whole runs, never single points.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from scipy import stats

from analysis.front_json import FrontError

Array = np.ndarray


@dataclass(frozen=True)
class Run:
    """One solver on one problem with one seed."""

    contestant: str
    contest: str
    seed: int
    status: str
    share: float  # of the contest's hypervolume
    work: float  # gradient-equivalents
    seconds: float
    points: int
    worst_kkt: float
    front: Array  # (points, m) non-dominated objectives
    progress: Array  # (steps, 2) work and share after every point


@dataclass(frozen=True, eq=False)
class Comparison:
    """A comparison file."""

    path: Path
    contestants: Mapping[str, Mapping[str, Any]]  # by name
    contests: Mapping[str, Mapping[str, Any]]
    settings: Mapping[str, Any]
    runs: tuple[Run, ...]
    unsupported: Mapping[tuple[str, str], str]  # (contestant, contest) -> why

    def of(self, contestant: str, contest: str) -> list[Run]:
        """The runs of a solver on a problem, by seed."""
        return self._by_pair.get((contestant, contest), [])

    @cached_property
    def _by_pair(self) -> dict[tuple[str, str], list[Run]]:
        pairs: dict[tuple[str, str], list[Run]] = {}
        for run in sorted(self.runs, key=lambda run: run.seed):
            pairs.setdefault((run.contestant, run.contest), []).append(run)
        return pairs

    def pairs(self) -> Iterator[tuple[str, str, list[Run]]]:
        """(contest, contestant, runs) in the file's order, where there are runs."""
        for contest in self.contests:
            for contestant in self.contestants:
                if runs := self.of(contestant, contest):
                    yield contest, contestant, runs


def read_comparison(path: str | Path) -> Comparison:
    """Throws: FrontError when the file is missing, broken, or no comparison."""
    try:
        document = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _mistake(path, "it cannot be read", error) from error
    if not isinstance(document, dict) or document.get("format") != "libmoo-comparison":
        raise _mistake(path, "not a comparison file", type(document).__name__)
    try:
        contests = {contest["name"]: contest for contest in document["contests"]}
        runs = [run for run in document["runs"] if "unsupported" not in run]
        return Comparison(
            path=Path(path),
            contestants={each["name"]: each for each in document["contestants"]},
            contests=contests,
            settings=document["settings"],
            runs=tuple(_run(run, contests[run["contest"]]) for run in runs),
            unsupported={(run["contestant"], run["contest"]): run["unsupported"]
                         for run in document["runs"] if "unsupported" in run})
    except (KeyError, TypeError, ValueError) as error:
        raise _mistake(path, "a broken comparison file", repr(error)) from error


def _mistake(path: str | Path, what: str, got: object) -> FrontError:
    return FrontError(str(path), what, expected='JSON with "format": "libmoo-comparison"', got=got,
                      hint="`compare run` writes such files")


def _run(run: Mapping[str, Any], contest: Mapping[str, Any]) -> Run:
    best = contest["hypervolume"] or math.nan
    progress = np.array(run["progress"], dtype=float).reshape(-1, 2)
    return Run(
        contestant=run["contestant"], contest=run["contest"], seed=int(run["seed"]), status=run["status"],
        share=run["hypervolume"] / best, work=float(run["gradient_equivalents"]), seconds=float(run["seconds"]),
        points=int(run["points"]), worst_kkt=float(run["worst_kkt_residual"]),
        front=np.array(run["front"], dtype=float).reshape(-1, len(contest["objectives"])),
        progress=progress / np.array([1.0, best]))


def work_to_reach(run: Run, share: float) -> float:
    """Gradient-equivalents after which a run's front had that share; infinite when it never did."""
    reached = run.progress[run.progress[:, 1] >= share]
    return float(reached[0, 0]) if len(reached) else math.inf


def performance_profile(comparison: Comparison, fraction: float = 0.97) -> dict[str, Array]:
    """Work ratios to the best solver, per contestant, sorted: one per (contest, seed), infinite where it failed.

    A run succeeds on reaching `fraction` of the best share that any solver had on that problem and seed.
    Source: Dolan and More (2002), section 2.
    """
    ratios: dict[str, list[float]] = {name: [] for name in comparison.contestants}
    for contest in comparison.contests:
        for seed in comparison.settings["seeds"]:
            runs = {name: run for name in ratios for run in comparison.of(name, contest) if run.seed == seed}
            target = fraction * max((run.share for run in runs.values()), default=math.nan)
            work = {name: work_to_reach(run, target) for name, run in runs.items()}
            least = min(work.values(), default=math.inf)
            for name in ratios:
                ratios[name].append(work[name] / least if name in work and math.isfinite(least) else math.inf)
    return {name: np.sort(values) for name, values in ratios.items()}


def attainment_surface(fronts: Sequence[Array], level: float) -> Array:
    """The staircase (steps, 2) that a share `level` of runs attain, for two objectives.

    Source: Fonseca, Grunert da Fonseca, Hall (2001).
    """
    first = np.unique(np.concatenate([front[:, 0] for front in fronts]))
    lowest = np.full((len(fronts), len(first)), np.inf)  # least second objective with f0 <= each first one
    for row, front in zip(lowest, fronts):
        for value, other in front:
            row[first >= value] = np.minimum(row[first >= value], other)
    needed = max(1, math.ceil(level * len(fronts)))
    second = np.sort(lowest, axis=0)[needed - 1]
    kept = np.isfinite(second)
    return np.column_stack([first[kept], second[kept]])


@dataclass(frozen=True)
class PairedTest:
    """How much more of the hypervolume one solver finds than another, on the same problems and seeds."""

    better: str
    worse: str
    pairs: int
    shift: float  # Hodges-Lehmann estimate of the difference in share
    interval: tuple[float, float]  # 95 %, bootstrap over seeds
    p_value: float  # Wilcoxon signed-rank, two-sided, Holm-corrected


def paired_tests(comparison: Comparison, resamples: int = 2000) -> list[PairedTest]:
    """All pairs of solvers, on problems that both ran on, largest shift first.

    Source: Wilcoxon (1945); Hodges and Lehmann (1963); Holm (1979).
    """
    tests = []
    names = list(comparison.contestants)
    for k, a in enumerate(names):
        for b in names[k + 1:]:
            if (test := _paired_test(comparison, a, b, resamples)) is not None:
                tests.append(test)
    tests.sort(key=lambda test: test.p_value)
    corrected, largest = [], 0.0
    for rank, test in enumerate(tests):
        largest = max(largest, min(1.0, test.p_value * (len(tests) - rank)))
        corrected.append(PairedTest(**{**test.__dict__, "p_value": largest}))
    return sorted(corrected, key=lambda test: -test.shift)


def _paired_test(comparison: Comparison, a: str, b: str, resamples: int) -> PairedTest | None:
    differences = [[first.share - second.share for first, second in zip(comparison.of(a, c), comparison.of(b, c))]
                   for c in comparison.contests]
    table = np.array([row for row in differences if row], dtype=float)  # (contests, seeds)
    if table.size < 2 or not np.isfinite(table).all():
        return None
    shift = _hodges_lehmann(table.ravel())
    if shift < 0.0:
        a, b, table, shift = b, a, -table, -shift
    random = np.random.default_rng(0)
    samples = [_hodges_lehmann(table[:, random.integers(table.shape[1], size=table.shape[1])].ravel())
               for _ in range(resamples)]
    p_value = 1.0 if not table.any() else float(stats.wilcoxon(table.ravel()).pvalue)
    low, high = np.quantile(samples, [0.025, 0.975])
    return PairedTest(a, b, table.size, shift, (float(low), float(high)), p_value)


def _hodges_lehmann(differences: Array) -> float:
    """Median of all pairwise means."""
    i, j = np.triu_indices(len(differences))
    return float(np.median(0.5 * (differences[i] + differences[j])))
