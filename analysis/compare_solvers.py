"""Solvers side by side: tables, and pictures of how much of the front they find for how much work.

    python3 analysis/compare_solvers.py COMPARISON.json [--out FOLDER] [--which]

With --out: progress.png (share of the hypervolume against work), profile.png (performance profile),
attainment.png (what a quarter, half and three quarters of the runs attain, two objectives). With --which:
only the table "which solver for what", in Markdown.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.figure import Figure

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.comparisons import (Comparison, attainment_surface, paired_tests, performance_profile, read_comparison)
from analysis.front_json import FrontError
from analysis.plot_front import FAINT, PALETTE, STYLE
from analysis.summarize_fronts import aligned

SUCCESS = 0.97  # of the best share: what counts as having found the front
LEVELS = {0.25: ":", 0.5: "-", 0.75: "--"}  # attainment levels and their line styles


def summary(comparison: Comparison) -> str:
    """One row per problem and solver, then who beats whom."""
    rows = []
    for contest, contestant, runs in comparison.pairs():
        shares = np.array([run.share for run in runs])
        rows.append({
            "problem": contest,
            "solver": contestant,
            "share": f"{np.median(shares):.4f}",
            "range over seeds": f"{shares.min():.4f} .. {shares.max():.4f}",
            "points": f"{np.median([len(run.front) for run in runs]):.0f}",
            "work": f"{np.median([run.work for run in runs]):.0f}",
            "per point": f"{np.median([run.work / max(1, len(run.front)) for run in runs]):.1f}",
            "seconds": f"{np.median([run.seconds for run in runs]):.3f}",
            "worst KKT": f"{max(run.worst_kkt for run in runs):.1e}",
            "complete": f"{sum(run.status == 'complete' for run in runs)}/{len(runs)}",
        })
    lines = aligned(rows, {"problem", "solver"})
    lines += ["share: of the hypervolume of the analytic front, or of all runs' union; work: gradient-equivalents;",
              "medians over seeds"]
    if tests := paired_tests(comparison):
        lines += ["", "difference in share on the same problems and seeds, 95 % interval, p after Holm"]
        lines += aligned([{"better": test.better, "worse": test.worse, "pairs": f"{test.pairs}",
                           "shift": f"{test.shift:+.4f}",
                           "interval": f"[{test.interval[0]:+.4f}, {test.interval[1]:+.4f}]",
                           "p": f"{test.p_value:.1e}"} for test in tests], {"better", "worse"})
    return "\n".join(lines)


def which_solver(comparison: Comparison) -> str:
    """The Markdown table "which solver for what": measured shares by front shape, cost, and stated properties."""
    shapes = ("convex", "concave", "disconnected")
    header = ["solver", *(f"{shape} fronts" for shape in shapes), "three and more", "cost per point", "worst KKT",
              "scale-free", "hard rows", "preference"]
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    for name, contestant in comparison.contestants.items():
        claims = contestant["claims"]
        own = [(comparison.contests[contest], runs) for contest, who, runs in comparison.pairs() if who == name]
        if not own:
            continue
        flat = [(contest, runs) for contest, runs in own if len(contest["objectives"]) == 2]
        cells = [f"`{name}`"]
        cells += [_share([runs for contest, runs in flat
                          if contest["shape"] == shape and not contest["local_fronts"]]) for shape in shapes]
        cells.append(_share([runs for contest, runs in own
                             if len(contest["objectives"]) > 2 and not contest["local_fronts"]]))
        costs = [run.work / max(1, len(run.front)) for _, runs in own for run in runs]
        residuals = [run.worst_kkt for _, runs in own for run in runs]
        cells += [f"{np.median(costs):.0f}", f"{np.median(residuals):.0e}"]
        cells += ["yes" if claims[claim] else "no" for claim in ("scale_free", "keeps_hard_rows", "follows_preference")]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _share(groups: Sequence[Sequence]) -> str:
    """Median over problems of the median over seeds, and the worst problem."""
    medians = [float(np.median([run.share for run in runs])) for runs in groups]
    return f"{np.median(medians):.3f} (worst {min(medians):.3f})" if medians else "-"


def progress_figure(comparison: Comparison) -> Figure:
    """Share of the hypervolume against work: median over seeds, and the range as a band."""
    names = list(comparison.contestants)
    contests = list(comparison.contests)
    figure, axes = _panels(len(contests))
    for ax, contest in zip(axes, contests):
        for k, name in enumerate(names):
            runs = [run for run in comparison.of(name, contest) if len(run.progress)]
            if not runs:
                continue
            work = np.unique(np.concatenate([run.progress[:, 0] for run in runs]))
            shares = np.array([_held(run.progress, work) for run in runs])
            color = PALETTE[k % len(PALETTE)]
            style = "-" if k < len(PALETTE) else "--"
            ax.plot(work, np.nanmedian(shares, axis=0), style, color=color, linewidth=1.4, label=name)
            ax.fill_between(work, np.nanmin(shares, axis=0), np.nanmax(shares, axis=0), color=color, alpha=0.12,
                            linewidth=0)
        ax.set_xscale("log")
        ax.set_ylim(0.0, 1.02)
        ax.set_title(contest, fontsize=9)
    figure.supxlabel("gradient-equivalents")
    figure.supylabel("share of the hypervolume")
    _legend(axes)
    return figure


def _held(progress: np.ndarray, work: np.ndarray) -> np.ndarray:
    """The share at each amount of work: that of the last point found by then, 0 before the first."""
    index = np.searchsorted(progress[:, 0], work, side="right") - 1
    return np.where(index < 0, 0.0, progress[np.maximum(index, 0), 1])


def profile_figure(comparison: Comparison) -> Figure:
    """Share of problems solved within a multiple of the best solver's work."""
    figure = Figure(figsize=(6.4, 4.2), layout="constrained")
    ax = figure.add_subplot()
    profile = performance_profile(comparison, SUCCESS)
    limit = max([2.0, *(ratio for ratios in profile.values() for ratio in ratios if math.isfinite(ratio))])
    for k, (name, ratios) in enumerate(profile.items()):
        steps = np.concatenate([[1.0], ratios[np.isfinite(ratios)], [limit]])
        solved = np.concatenate([[0.0], np.arange(1, np.isfinite(ratios).sum() + 1), [np.isfinite(ratios).sum()]])
        ax.step(steps, solved / len(ratios), where="post", color=PALETTE[k % len(PALETTE)],
                linestyle="-" if k < len(PALETTE) else "--", label=name)
    ax.set_xscale("log")
    ax.set_ylim(0.0, 1.02)
    ax.set_xlabel(f"work to reach {SUCCESS:.0%} of the best share, as a multiple of the least")
    ax.set_ylabel("share of problems and seeds")
    ax.grid(color=FAINT)
    _legend([ax])
    return figure


def attainment_figure(comparison: Comparison) -> Figure | None:
    """Attainment surfaces of two-objective problems; None when there are none, or single seeds only."""
    contests = [name for name, contest in comparison.contests.items() if len(contest["objectives"]) == 2]
    if not contests or len(comparison.settings["seeds"]) < 2:
        return None
    figure, axes = _panels(len(contests))
    for ax, contest in zip(axes, contests):
        for k, name in enumerate(comparison.contestants):
            fronts = [run.front for run in comparison.of(name, contest) if len(run.front)]
            if not fronts:
                continue
            for level, style in LEVELS.items():
                surface = attainment_surface(fronts, level)
                ax.step(surface[:, 0], surface[:, 1], style, where="post", color=PALETTE[k % len(PALETTE)],
                        linewidth=1.1, label=name if level == 0.5 else None)
        ax.set_title(contest, fontsize=9)
        names = comparison.contests[contest]["objectives"]
        ax.set_xlabel(names[0])
        ax.set_ylabel(names[1])
    _legend(axes)
    return figure


def _panels(count: int) -> tuple[Figure, list]:
    columns = min(3, count)
    rows = math.ceil(count / columns)
    figure = Figure(figsize=(3.6 * columns + 2.2, 2.9 * rows), layout="constrained")
    axes = list(np.ravel(figure.subplots(rows, columns, squeeze=False)))
    for ax in axes[count:]:
        ax.remove()
    for ax in axes[:count]:
        ax.grid(color=FAINT)
    return figure, axes[:count]


def _legend(axes: Sequence) -> None:
    """One for all panels, to the right of the last one."""
    handles = {}
    for ax in axes:
        for handle, label in zip(*ax.get_legend_handles_labels()):
            handles.setdefault(label, handle)
    axes[-1].legend(handles.values(), handles.keys(), loc="upper left", bbox_to_anchor=(1.02, 1.0), frameon=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the file could be read and everything written."""
    parser = argparse.ArgumentParser(description="Compares solvers on the problems of a comparison file.")
    parser.add_argument("comparison", metavar="COMPARISON.json")
    parser.add_argument("--out", metavar="FOLDER", help="also write the pictures there")
    parser.add_argument("--which", action="store_true", help="print the table 'which solver for what' only")
    chosen = parser.parse_args(arguments)
    try:
        comparison = read_comparison(chosen.comparison)
    except FrontError as error:
        print(f"compare_solvers: {error}", file=sys.stderr)
        return 1
    print(which_solver(comparison) if chosen.which else summary(comparison))
    if chosen.out:
        folder = Path(chosen.out)
        folder.mkdir(parents=True, exist_ok=True)
        with mpl.rc_context(STYLE):
            pictures = {"progress": progress_figure(comparison), "profile": profile_figure(comparison),
                        "attainment": attainment_figure(comparison)}
            for name, figure in pictures.items():
                if figure is not None:
                    figure.savefig(folder / f"{name}.png", dpi=150)
    return 0


if __name__ == "__main__":
    sys.exit(main())
