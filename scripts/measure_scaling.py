"""Runs the drivers at growing sizes and writes what each size cost: the numbers behind docs/scaling.md.

    scripts/measure_scaling [--quick] [--out build/scaling/scaling.json]

Time is processor time of the program, on one thread, so that a busy machine changes little; memory is its
peak resident set. Each series varies one of: parameters n, objectives m, points, rows; the last one compares
one worker with two.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

INPUTS = 8


def write_table(path: Path, rows: int) -> None:
    """A regression table: a smooth function of INPUTS uniform numbers, and noise."""
    random = np.random.default_rng(rows)
    inputs = random.uniform(-1.0, 1.0, (rows, INPUTS))
    target = np.sin(2.0 * inputs[:, 0]) + inputs[:, 1] * inputs[:, 2] + inputs[:, 3:].sum(axis=1)
    table = np.column_stack([inputs, target + 0.1 * random.standard_normal(rows)])
    header = ",".join([*(f"x{k}" for k in range(INPUTS)), "y"])
    np.savetxt(path, table, fmt="%.4f", delimiter=",", header=header, comments="")


def write_config(folder: Path, rows: int, groups: int = 1) -> Path:
    """One monotonicity group per input, as many as asked for; the data say the opposite of each."""
    data = folder / f"rows_{rows}.csv"
    if not data.exists():
        write_table(data, rows)
    config = {
        "name": "scaling",
        "data": {"file": data.name, "target": "y", "task": "regression"},
        "groups": [
            {"name": f"falling_{k}", "tolerance": 0.01, "penalty": {"scale": 0.1},
             "rules": [{"rule": "monotone_pairs", "inputs": [f"x{k}"], "direction": "falling",
                        "step": 0.5, "step_unit": "sd"}]}
            for k in range(3, 3 + groups)
        ],
    }
    path = folder / f"rows_{rows}_groups_{groups}.json"
    path.write_text(json.dumps(config))
    return path


def peak_of(process: int) -> float:
    """Peak resident set so far in MiB; 0 when the process is gone.

    The figure of wait4 would not do: it counts what this program itself held before the other one began.
    """
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0.0
    lines = [line for line in status.splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) / 1024.0 if lines else 0.0


def run(command: list[str]) -> dict[str, float]:
    """Processor seconds, wall seconds and peak memory (MiB) of a program that has to succeed."""
    begin = time.monotonic()
    peak = 0.0
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=errors)
        ended = 0
        while ended == 0:
            time.sleep(0.002)
            peak = max(peak, peak_of(process.pid))
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            sys.exit(f"measure_scaling: {' '.join(command)} failed:\n{errors.read().decode()}")
    return {"processor": usage.ru_utime + usage.ru_stime, "wall": time.monotonic() - begin, "peak_mib": peak}


class Bench:
    """Runs the tabular driver on tables of its own."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.programs = programs
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def tabular(self, rows: int, groups: int, hidden: str, solver: str, *flags: str) -> dict[str, Any]:
        out = self.folder / "fronts"
        config = write_config(self.folder, rows, groups)
        cost = run([str(self.programs / "tabular"), "run", str(config), "--executor", "inline", "--seed", "1",
                    "--hidden", hidden, "--solver", solver, "--out", str(out), *flags])
        front = json.loads((out / f"{solver}.json").read_text())
        totals = front["totals"]
        return {
            **cost,
            "rows": rows,
            "variables": front["problem"]["num_variables"],
            "objectives": len(front["problem"]["objectives"]),
            "points": len(front["points"]),
            "status": front["status"],
            "evaluations": totals["evaluations"],
            "gradients": totals["gradients"],
            "solving": totals["seconds"],
        }


def series_variables(bench: Bench, quick: bool) -> list[dict[str, Any]]:
    widths = ["9", "28,26", "94,94", "312,312", "995,995"]
    budgets = [400, 400, 200, 60, 20]
    count = 3 if quick else len(widths)
    return [bench.tabular(1000, 1, width, "weighted_sum", "--points", "10", "--option", "memory=10",
                          "--max-gradients", str(budget))
            for width, budget in list(zip(widths, budgets))[:count]]


def series_rows(bench: Bench, quick: bool) -> list[dict[str, Any]]:
    rows = [1000, 10_000, 100_000] + ([] if quick else [1_000_000])
    return [bench.tabular(r, 1, "16,16", "weighted_sum", "--points", "10", "--max-gradients", "60") for r in rows]


def series_objectives(bench: Bench, quick: bool) -> list[dict[str, Any]]:
    most = 4 if quick else 6
    return [bench.tabular(500, m - 1, "8", "weighted_sum", "--points", "20") for m in range(2, most + 1)]


def series_points(bench: Bench, quick: bool) -> list[dict[str, Any]]:
    points = [10, 30, 100] + ([] if quick else [300, 1000])
    return [{**bench.tabular(200, 1, "4", solver, "--points", str(p)), "solver": solver, "asked": p}
            for solver in ("weighted_sum", "pareto_tracing") for p in points]


def bound(journal: Path, workers: int) -> tuple[float, int, int]:
    """Ratio of one worker's time to that of several who take a wave's tasks in order; waves; tasks."""
    waves: dict[int, list[float]] = {}
    lines = journal.read_text().splitlines()[1:]
    for line in map(json.loads, lines):
        waves.setdefault(line["wave"], []).append(line["result"]["cost"]["seconds"])
    total = makespan = 0.0
    for tasks in waves.values():
        free = [0.0] * workers
        for seconds in tasks:
            free[free.index(min(free))] += seconds
        total += sum(tasks)
        makespan += max(free)
    return total / makespan, len(waves), len(lines)


LENDING = ["run", "--objectives", "cross_entropy,parity", "--hidden", "24"]
FRONT_SOLVERS = ("weighted_sum", "chebyshev", "augmented_lagrangian", "boundary_intersection", "pareto_tracing")


def series_waves(bench: Bench, quick: bool) -> list[dict[str, Any]]:
    """What the waves of a plan allow, from the times of its tasks."""
    rows = []
    out = bench.folder / "waves"
    for solver in FRONT_SOLVERS:
        for points in (32,) if quick else (32, 200):
            run([str(bench.programs / "lending"), *LENDING, "--solver", solver, "--points", str(points),
                 "--executor", "inline", "--out", str(out)])
            journal = out / f"{solver}.run.jsonl"
            bounds = {workers: bound(journal, workers)[0] for workers in (2, 4, 16, 64)}
            _, waves, tasks = bound(journal, 2)
            rows.append({"solver": solver, "asked": points, "waves": waves, "tasks": tasks, "bounds": bounds})
    return rows


WORKER_SOLVERS = ("chebyshev", "boundary_intersection", "weighted_sum")


def series_workers(bench: Bench, quick: bool) -> list[dict[str, Any]]:
    """One worker against two, taking turns: wall time of the front, from its log, without reading the table
    and reporting. Says something on an idle machine only."""
    rows = []
    out = bench.folder / "workers"
    ranks = ["mpirun", "--oversubscribe", "-n"]
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")  # as in a container
    for solver in WORKER_SOLVERS:
        command = [str(bench.programs / "lending"), "run", "--objectives", "cross_entropy,parity", "--hidden", "96,48",
                   "--solver", solver, "--points", "32", "--out", str(out)]
        ways = {"one thread": [*command, "--threads", "1"], "two threads": [*command, "--threads", "2"]}
        if shutil.which("mpirun"):
            ways |= {"one rank": [*ranks, "1", *command, "--executor", "mpi"],
                     "two ranks": [*ranks, "2", *command, "--executor", "mpi"]}
        wall: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(1 if quick else 5):
            for way, line in ways.items():
                run(line)
                last = (out / f"{solver}.log.jsonl").read_text(encoding="utf-8").splitlines()[-1]
                wall[way].append(json.loads(last)["progress"]["seconds"])
        median = {way: statistics.median(times) for way, times in wall.items()}
        rows.append({"solver": solver, "threads": median["one thread"] / median["two threads"],
                     "ranks": median["one rank"] / median["two ranks"] if "one rank" in ways else None,
                     "wall": wall, "load": os.getloadavg()[0]})
    return rows


def rows_of(workers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same as rows of analysis/compare_benchmarks.py."""
    return [{"work": f"from 1 to 2 {way}, front of 32 points, {row['solver']}", "peer": f"one {way[:-1]}",
             "target": f">= {target}", "figure": row[way]}
            for way, target in (("threads", 1.85), ("ranks", 1.8)) for row in workers]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--programs", type=Path, default=Path("build/release/bin"))
    parser.add_argument("--out", type=Path, default=Path("build/scaling/scaling.json"))
    parser.add_argument("--quick", action="store_true", help="small sizes only")
    parser.add_argument("--only", choices=["variables", "rows", "objectives", "points", "waves", "workers"])
    parser.add_argument("--rows", type=Path, help="write the workers' ratios there, for analysis/compare_benchmarks.py")
    options = parser.parse_args()
    bench = Bench(options.programs, options.out.parent)
    result = json.loads(options.out.read_text()) if options.out.exists() else {}
    for name, series in (("variables", series_variables), ("rows", series_rows), ("objectives", series_objectives),
                         ("points", series_points), ("waves", series_waves), ("workers", series_workers)):
        if options.only not in (None, name):
            continue
        print(f"measuring {name}", flush=True)
        result[name] = series(bench, options.quick)
        options.out.write_text(json.dumps(result, indent=1) + "\n")
    if options.rows:
        options.rows.write_text(json.dumps({"rows": rows_of(result["workers"])}, indent=1) + "\n")
    print(options.out)


if __name__ == "__main__":
    main()
