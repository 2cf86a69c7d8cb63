"""One table of all benchmarks against their peers.

    python3 analysis/compare_benchmarks.py FOLDER [--docs docs/performance.md]

FOLDER holds the JSON files of one run of scripts/benchmark: those of Google Benchmark, of which the
medians of the CPU times count; `rows*.json`, whose rows other programs measured themselves, as
{"rows": [{"work", "peer", "target": ">= 1.85", "figure": 1.9}]}; and machine.json, lines about the
machine. With --docs the table replaces what stands between the markers of that page.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

BEGIN = "<!-- benchmarks: begin -->"
END = "<!-- benchmarks: end -->"
SECONDS = {"ns": 1e-9, "us": 1e-6, "ms": 1e-3, "s": 1.0}


@dataclass(frozen=True)
class Row:
    """One line of the table: a ratio that has to be at least, or at most, the target."""

    work: str
    peer: str
    at_least: bool
    target: float
    figure: float | None  # None: not measured

    @property
    def verdict(self) -> str:
        if self.figure is None:
            return "not measured"
        met = self.figure >= self.target if self.at_least else self.figure <= self.target
        return "pass" if met else "short"

    def cells(self) -> list[str]:
        sign = ">=" if self.at_least else "<="
        figure = "-" if self.figure is None else f"{self.figure:.2f}"
        return [self.work, self.peer, f"{sign} {self.target:g}", figure, self.verdict]


class Medians:
    """Medians of the repetitions of every benchmark: CPU seconds, and the counters `rate` and `test`."""

    def __init__(self, documents: Sequence[Mapping]) -> None:
        times: dict[str, list[float]] = defaultdict(list)
        rates: dict[str, list[float]] = defaultdict(list)
        tests: dict[str, list[float]] = defaultdict(list)
        for document in documents:
            for entry in document["benchmarks"]:
                if entry.get("run_type") == "aggregate" or entry.get("error_occurred"):
                    continue
                name = entry.get("run_name", entry["name"])
                times[name].append(entry["cpu_time"] * SECONDS[entry.get("time_unit", "ns")])
                if "rate" in entry:
                    rates[name].append(entry["rate"])
                if "test" in entry:
                    tests[name].append(entry["test"])
        self.seconds = {name: statistics.median(each) for name, each in times.items()}
        self.rates = {name: statistics.median(each) for name, each in rates.items()}
        self.tests = {name: statistics.median(each) for name, each in tests.items()}

    def ratio(self, above: Sequence[str], below: Sequence[str]) -> float | None:
        """The best time of `above` over the best of `below`; None where one side is missing."""
        best = [min((self.seconds[name] for name in names if name in self.seconds), default=None)
                for names in (above, below)]
        return best[0] / best[1] if best[0] is not None and best[1] else None


def training_rows(medians: Medians) -> list[Row]:
    """The full training step, forward, backward and Adam."""
    targets = {"double": {"20-64-64-1": {32: 6, 256: 3, 2048: 2.5}, "100-256-256-10": {32: 2.5, 256: 1.6, 2048: 1.5},
                          "784-512-512-10": {32: 2, 256: 1.3}},
               "single": {"20-64-64-1": {32: 8, 256: 4, 2048: 2}, "100-256-256-10": {32: 2.5, 256: 1.3, 2048: 1.3},
                          "784-512-512-10": {32: 1.7, 256: 1.1}}}
    return [Row(f"training step, {precision}, {shape}, batch {batch}", "libtorch", True, target,
                medians.ratio([f"training_step/libtorch/{shape}/{batch}/{precision}"],
                              [f"training_step/libmoo/{shape}/{batch}/{precision}"]))
            for precision, shapes in targets.items() for shape, batches in shapes.items()
            for batch, target in batches.items()]


def derivative_rows(medians: Medians) -> list[Row]:
    """Several gradients, Hessian products, Gauss-Newton, and the share of the machine's peak."""
    rows = []
    for work, name, targets in (("gradients of 4 objectives on shared data", "gradients", (4, 2, 2)),
                                ("Hessian product", "hessian_product", (5, 2, 2)),
                                ("a further Hessian product", "further_hessian_product", (5, 2, 2))):
        for shape, target in zip(("20-64-64-1", "100-256-256-10", "784-512-512-10"), targets):
            rows.append(Row(f"{work}, {shape}, batch 256", "libtorch", True, target,
                            medians.ratio([f"{name}/libtorch/{shape}/256"], [f"{name}/libmoo/{shape}/256"])))
    for shape in ("20-64-64-1", "100-256-256-10", "784-512-512-10"):
        rows.append(Row(f"gradients of 4 objectives on their own probes, {shape}", "one gradient, same probes", False,
                        1.15, medians.ratio([f"own_probes/four/{shape}/256"], [f"own_probes/one/{shape}/256"])))
    for n in (353, 1217, 4500):
        rows.append(Row(f"dense Gauss-Newton, n = {n}, 1000 rows", "product of as many operations", False, 1.5,
                        medians.ratio([f"gauss_newton/libmoo/{n}/1000"],
                                      [f"gauss_newton/{who}/{n}/1000" for who in ("product", "openblas")])))
    peak = max((medians.rates[name] for who in ("libmoo", "openblas")
                if (name := f"product/{who}/forward/768/768/768/double") in medians.rates), default=None)
    reached = medians.rates.get("evaluation/libmoo/100-256-256-10/256")
    rows.append(Row("evaluation, 100-256-256-10, batch 256: share of the fastest product's rate", "this machine", True,
                    0.7, reached / peak if reached and peak else None))
    return rows


def front_rows(medians: Medians) -> list[Row]:
    """Hypervolume and non-dominated columns on linear fronts."""
    rows = [Row(f"exact hypervolume, m = {m}, N = 1000", "pagmo2", True, target,
                medians.ratio([f"pagmo_hypervolume/m:{m}/N:1000/shape:1"],
                              [f"libmoo_hypervolume/m:{m}/N:1000/shape:1"]))
            for m, target in ((3, 1.2), (4, 15), (5, 5))]
    return rows + [Row(f"non-dominated of N = 10,000, m = {m}", "pagmo2 fast_non_dominated_sorting", True, 100,
                       medians.ratio([f"pagmo_nondominated/m:{m}/N:10000/shape:1"],
                                     [f"libmoo_nondominated/m:{m}/N:10000/shape:1"]))
                   for m in (2, 3)]


def lending_rows(medians: Medians) -> list[Row]:
    """Ten points of the lending front, all seeds together: time, and hypervolume on rows nobody trained on."""
    sums: dict[str, dict[str, float | None]] = {}
    for what, numbers in (("seconds", medians.seconds), ("tests", medians.tests)):
        sums[what] = {}
        for who in ("libmoo", "libtorch"):
            names = [f"lending_front/{who}/seed:{seed}" for seed in range(1, 6)]
            sums[what][who] = sum(numbers[name] for name in names) if all(name in numbers for name in names) else None
    def ratio(what: str, above: str, below: str) -> float | None:
        pair = sums[what][above], sums[what][below]
        return pair[0] / pair[1] if None not in pair else None
    work = "ten-point lending front, seeds 1 to 5"
    return [Row(f"{work}: time", "libtorch weighted sum", True, 20, ratio("seconds", "libtorch", "libmoo")),
            Row(f"{work}: mean test hypervolume", "libtorch weighted sum", True, 1, ratio("tests", "libmoo", "libtorch"))]


def measured_rows(document: Mapping) -> list[Row]:
    """Rows that another program measured."""
    rows = []
    for row in document["rows"]:
        sign, target = row["target"].split()
        rows.append(Row(row["work"], row["peer"], sign == ">=", float(target), row["figure"]))
    return rows


def read_folder(folder: Path) -> tuple[list[Row], list[str]]:
    """All rows of a folder of results, and the lines about the machine."""
    documents, rows, machine = [], [], []
    for path in sorted(folder.glob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if "benchmarks" in document:
            documents.append(document)
        elif "rows" in document:
            rows += measured_rows(document)
        elif path.name == "machine.json":
            machine = document["machine"]
    if not documents and not rows:
        raise ValueError(f"no results in {folder}")
    medians = Medians(documents)
    return training_rows(medians) + derivative_rows(medians) + front_rows(medians) + lending_rows(medians) + rows, machine


def table(rows: Sequence[Row], machine: Sequence[str]) -> str:
    """The table in Markdown, with the machine below it."""
    header = ["work", "peer", "target", "figure", "verdict"]
    lines = [header, ["---"] * len(header), *(row.cells() for row in rows)]
    text = "\n".join("| " + " | ".join(line) + " |" for line in lines)
    counts = ", ".join(f"{sum(row.verdict == verdict for row in rows)} {verdict}"
                       for verdict in ("pass", "short", "not measured"))
    return "\n".join([text, "", f"{counts}.", *([""] if machine else []), *(f"- {line}" for line in machine)])


def write_between_markers(page: Path, text: str) -> None:
    """Replaces what stands between the markers of a page."""
    before, begin, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page} lacks the markers {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when there was something to compare, whatever the verdicts."""
    parser = argparse.ArgumentParser(description="Compares benchmarks with their peers in one table.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--docs", type=Path, help="page whose marked part becomes the table")
    chosen = parser.parse_args(arguments)
    try:
        text = table(*read_folder(chosen.folder))
        if chosen.docs:
            write_between_markers(chosen.docs, text)
    except (OSError, ValueError, KeyError) as error:
        print(f"compare_benchmarks: {error}", file=sys.stderr)
        return 2
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
