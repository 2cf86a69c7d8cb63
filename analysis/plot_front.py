"""Pictures of Pareto fronts.

    python3 analysis/plot_front.py FRONT.json [FRONT.json ...] --out front.png

Two objectives give one panel, three a 3-D panel and all pairs, more all pairs. The axes show the raw
objectives of each split. Dominance and convergence are shown as the file holds them, that is for
the objectives that were minimised.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.front_json import FrontError, listed
from analysis.fronts import Array, Front, read_front

# Okabe and Ito (2008), without its yellow, then three of Tol (2021) "muted": safe for colour-blind readers.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000", "#882255", "#999933", "#332288")
INK, FAINT = "#333333", "#DDDDDD"
STYLE = {"font.size": 9.5, "axes.labelsize": 10, "legend.fontsize": 9, "svg.fonttype": "none", "pdf.fonttype": 42,
         "svg.hashsalt": "libmoo", "grid.color": FAINT, "grid.linewidth": 0.6}
SUFFIXES = (".png", ".svg", ".pdf")
BROKEN = ("jump", "disconnected", "unresolved")  # kinds of segments between which there may be no front
GAP = 3.0  # neighbours further apart than this many median distances are not joined


@dataclass(frozen=True)
class SplitStyle:
    """How the points of one split look."""

    marker: str
    size: float  # points^2
    paleness: float  # 0: the solver's colour, 1: white


SPLIT_STYLES = {
    "train": SplitStyle("o", 30, 0.0), "test": SplitStyle("D", 26, 0.6), "validation": SplitStyle("^", 34, 0.6)}
OTHER_SPLIT_STYLES = (SplitStyle("s", 28, 0.6), SplitStyle("v", 34, 0.6), SplitStyle("P", 34, 0.6))


@dataclass(frozen=True)
class View:
    """What is to be drawn: checked fronts, how each is called, and the chosen splits and objectives."""

    fronts: tuple[Front, ...]
    labels: tuple[str, ...]
    splits: tuple[str, ...]
    columns: tuple[int, ...]

    def axis_label(self, column: int) -> str:
        """Name and unit of an objective."""
        return self.fronts[0].objectives[column].label

    @property
    def is_curve(self) -> bool:
        """Whether the picture shows the whole front of two objectives: only then are points joined."""
        return len(self.fronts[0].objectives) == 2


def plot_fronts(fronts: Sequence[Front], *, splits: Sequence[str] | None = None,
                objectives: Sequence[str] | None = None, ax: Axes | None = None) -> Axes:
    """Draws two objectives of some fronts into `ax` (default: the current axes), legend to its right.

    splits: default train and test where the fronts have them. Throws: FrontError.
    """
    view = view_of(fronts, splits, objectives)
    if len(view.columns) != 2:
        raise FrontError("plot_fronts", "one panel shows two objectives", expected="2 objectives",
                         got=len(view.columns), hint="choose two with objectives=..., or call figure_of_fronts")
    if ax is None:
        import matplotlib.pyplot as plt  # only here: it may choose a display
        ax = plt.gca()
    with mpl.rc_context(STYLE):
        _panel(ax, view, view.columns)
        _legend(ax, view)
    return ax


def figure_of_fronts(fronts: Sequence[Front], *, splits: Sequence[str] | None = None,
                     objectives: Sequence[str] | None = None, title: str | None = None) -> Figure:
    """A figure of two or more objectives; `title` defaults to the problem's name. Throws: FrontError."""
    view = view_of(fronts, splits, objectives)
    side = len(view.columns) - 1
    title = fronts[0].problem if title is None else title
    with mpl.rc_context(STYLE):
        beside = 0.5 + 0.075 * max(len(label) for label in (*view.labels, "not converged")) if side < 3 else 0.0
        size = (1.0 + beside + (4.9 if side == 1 else 3.2 * side), 4.6 if side == 1 else 0.6 + 3.1 * side)  # inches
        figure = Figure(size, dpi=150, layout="constrained")
        panels: dict[tuple[int, int], Axes] = {}
        grid = figure.add_gridspec(side, side)  # the pairs fill its lower triangle
        for row in range(side):
            for column in range(row + 1):
                panels[row, column] = ax = figure.add_subplot(
                    grid[row, column], sharex=panels.get((column, column)), sharey=panels.get((row, 0)))
                _panel(ax, view, (view.columns[column], view.columns[row + 1]))
                ax.label_outer()
        if side == 2:
            _space(figure.add_subplot(grid[0, 1], projection="3d"), view)
        if side == 1:
            _legend(panels[0, 0], view)
        else:  # beside all panels, or in the free corner above the pairs
            blank = figure.add_subplot(grid[:, :] if side == 2 else grid[0, side - 1])
            blank.axis("off")
            _legend(blank, view, left=1.02 if side == 2 else 0.0)
        figure.align_ylabels([panel for (_, column), panel in panels.items() if column == 0])
        figure.suptitle(title, x=0.012, ha="left", fontsize=12, color=INK)
    return figure


def save_figure(figure: Figure, path: str | Path) -> None:
    """Writes PNG, SVG or PDF by suffix: whole beside its name, then renamed into place. Throws: FrontError."""
    path = Path(path)
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise FrontError("save_figure", f"unknown kind of picture {path}", expected=f"a suffix of {listed(SUFFIXES)}",
                         got=repr(path.suffix), hint="name the picture for instance front.png")
    part = path.with_name(f".{path.stem}.{os.getpid()}.part{suffix}")
    undated = {".png": {}, ".svg": {"Date": None}, ".pdf": {"CreationDate": None}}[suffix]
    try:
        with mpl.rc_context(STYLE):
            figure.savefig(part, format=suffix[1:], metadata=undated)
        part.replace(path)
    except OSError as error:
        raise FrontError("save_figure", f"cannot write {path}", expected="a file in an existing, writable folder",
                         got=error.strerror, hint="create the folder or choose another --out") from error
    finally:
        if part.is_file():
            part.unlink()


def view_of(fronts: Sequence[Front], splits: Sequence[str] | None, objectives: Sequence[str] | None) -> View:
    """The fronts as one picture, or why they do not fit into one. Throws: FrontError."""
    if not 1 <= len(fronts) <= len(PALETTE):
        raise FrontError("plot_fronts", "wrong number of fronts", expected=f"1 to {len(PALETTE)}", got=len(fronts),
                         hint="that many colours can be told apart; draw several pictures")
    first = fronts[0]
    wanted = [objective.label for objective in first.objectives]
    for front in fronts[1:]:
        found = [objective.label for objective in front.objectives]
        if found != wanted:
            raise FrontError("plot_fronts", "the fronts have different objectives",
                             expected=f"{listed(wanted)} as in {first.path}", got=f"{listed(found)} in {front.path}",
                             hint="plot fronts of one problem together")
    names = first.names if objectives is None else tuple(objectives)
    unknown = [name for name in names if name not in first.names]
    if unknown or len(names) < 2 or len(set(names)) < len(names):
        raise FrontError("plot_fronts", "no picture of these objectives",
                         expected=f"two or more of {listed(first.names)}, each once", got=listed(names) or "none",
                         hint="choose them with --objectives a,b")
    known = list(dict.fromkeys(split for front in fronts for split in front.splits))
    if not all(front.splits and front.evaluated.all() for front in fronts) and "train" not in known:
        known.insert(0, "train")  # stands for the values as minimised, see Front.raw
    usual = [split for split in ("train", "test") if split in known] or known
    chosen = usual if splits is None else list(dict.fromkeys(splits))
    unknown = [split for split in chosen if split not in known]
    if unknown or not chosen:
        raise FrontError("plot_fronts", "no such split in the fronts", expected=f"some of {listed(known) or 'none'}",
                         got=listed(unknown) or "none", hint="choose them with --split")
    return View(tuple(fronts), labels_of(fronts), tuple(chosen), tuple(first.names.index(name) for name in names))


def labels_of(fronts: Sequence[Front]) -> tuple[str, ...]:
    """Each front's solver; where several share it, with as much of the file's path as tells them apart."""
    def label(front: Front) -> str:
        rivals = [other.path for other in fronts if other.solver == front.solver and other is not front]
        if not rivals:
            return front.solver
        depth = len(front.path.parts)
        tails = (front.path.parts[-length:] for length in range(1, depth))
        tail = next((t for t in tails if all(t != path.parts[-len(t):] for path in rivals)), front.path.parts)
        return f"{front.solver} ({Path(*tail)})"
    return tuple(map(label, fronts))


def joined_runs(front: Front) -> list[Array]:
    """Indices of the non-dominated points along a two-objective front, cut at every gap.

    A gap is what the file calls a jump, disconnected or unresolved. What it calls supported is none,
    however long; elsewhere wide steps are gaps.
    """
    order = np.flatnonzero(~front.dominated)
    order = order[np.argsort(front.values[order, 0], kind="stable")]
    steps = np.linalg.norm(np.diff(front.scaled[order], axis=0), axis=1)
    wide = steps > GAP * np.median(steps[steps > 0]) if steps.any() else np.zeros(len(steps), dtype=bool)
    for index, ends in enumerate(zip(front.ids[order[:-1]], front.ids[order[1:]])):
        kind = front.coverage.get(ends)
        if kind is not None:
            wide[index] = kind in BROKEN or (kind == "nonconvex" and wide[index])
    return np.split(order, np.flatnonzero(wide) + 1)


def _split_style(view: View, split: str) -> SplitStyle:
    others = [each for each in view.splits if each not in SPLIT_STYLES]
    return SPLIT_STYLES.get(split) or OTHER_SPLIT_STYLES[others.index(split) % len(OTHER_SPLIT_STYLES)]


def _pale(colour: str, paleness: float) -> tuple[float, ...]:
    return tuple(channel + (1.0 - channel) * paleness for channel in to_rgb(colour))


def _panel(ax: Axes, view: View, columns: Sequence[int]) -> None:
    """Axes with their labels and every chosen split of every front."""
    ax.set_axisbelow(True)
    ax.grid(True, color=FAINT, linewidth=0.6)
    for side in ("top", "right"):
        ax.spines[side].set_visible(False)
    ax.margins(0.06)
    ax.set_xlabel(view.axis_label(columns[0]))
    ax.set_ylabel(view.axis_label(columns[1]))
    _points(ax, view, columns)


def _points(ax: Axes, view: View, columns: Sequence[int]) -> None:
    flat = {} if len(columns) == 2 else {"depthshade": False}
    for front, label, colour in zip(view.fronts, view.labels, PALETTE):
        for split in reversed(view.splits):  # the first one lies on top
            style, rows = _split_style(view, split), front.raw(split)[:, columns]
            drawn = np.isfinite(rows).all(axis=1)
            if view.is_curve and split == "train":
                for run in joined_runs(front):
                    ax.plot(*rows[run].T, color=colour, linewidth=1.0, alpha=0.7, zorder=2, gid=f"{label}/joined")
            for state, mask, face in (("dominated", front.dominated, "none"),
                                      ("front", ~front.dominated, _pale(colour, style.paleness))):
                if (mask & drawn).any():
                    ax.scatter(*rows[mask & drawn].T, s=style.size, marker=style.marker, facecolors=face,
                               edgecolors=colour, linewidths=0.9, zorder=3, gid=f"{label}/{split}/{state}", **flat)
            if (drawn & ~front.converged).any():
                ax.scatter(*rows[drawn & ~front.converged].T, s=3.2 * style.size, marker="x", color=INK,
                           linewidths=0.9, zorder=2.5, gid=f"{label}/{split}/unconverged", **flat)


def _space(ax: Axes, view: View) -> None:
    """Three objectives in space: the first split only, since depth already makes it hard to read."""
    first = View(view.fronts, view.labels, view.splits[:1], view.columns)
    _points(ax, first, view.columns)
    for name, column in zip("xyz", view.columns):
        axis = getattr(ax, f"{name}axis")
        axis.set_major_locator(MaxNLocator(4))
        axis.set_pane_color((1, 1, 1, 0))
        axis.set_tick_params(labelsize=7, pad=4 if name == "z" else 1)
        axis.set_label_text(view.axis_label(column).replace(" [", "\n["), fontsize=8)
        axis.labelpad = 9 if name == "z" else 6
    ax.set_box_aspect(None, zoom=0.8)
    if len(view.splits) > 1:
        ax.set_title(f"in space: {view.splits[0]} only", fontsize=8, color=INK, pad=0)


def _legend(ax: Axes, view: View, left: float = 1.02) -> None:
    """Solvers by colour, then in grey what shapes and fills mean, as far as they occur.

    left: where the legend begins, as a fraction of the axes' width.
    """
    def key(label: str, marker: str, face: object, line: str = "none", colour: str = INK, size: float = 5.5) -> Line2D:
        return Line2D([], [], label=label, marker=marker, markerfacecolor=face, markeredgecolor=colour, color=colour,
                      linestyle=line, linewidth=1.0, markersize=size)

    keys = [key(label, "o", colour, "-" if view.is_curve and "train" in view.splits else "none", colour)
            for label, colour in zip(view.labels, PALETTE)]
    solvers = len(keys)
    if len(view.splits) > 1 or any(front.splits for front in view.fronts):
        for split in view.splits:
            style = _split_style(view, split)
            filled_in = split == "train" and not all(front.evaluated.all() for front in view.fronts)
            keys.append(key(split + " (or as minimised)" * filled_in, style.marker, _pale(INK, style.paleness)))
    if any(front.dominated.any() for front in view.fronts):
        keys.append(key("dominated", _split_style(view, view.splits[0]).marker, "none"))
    if not all(front.converged.all() for front in view.fronts):
        keys.append(key("not converged", "x", "none", size=7))
    if len(keys) > solvers:
        keys.insert(solvers, key(" ", "none", "none"))
    ax.legend(handles=keys, loc="upper left", bbox_to_anchor=(left, 1.0), borderaxespad=0.0, frameon=False)


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the picture is written."""
    parser = argparse.ArgumentParser(description="Draws Pareto fronts from front files.")
    parser.add_argument("fronts", nargs="+", metavar="FRONT.json")
    parser.add_argument("--out", required=True, metavar="FILE", help="picture to write: .png, .svg or .pdf")
    parser.add_argument("--split", nargs="+", metavar="NAME", help="splits to show (default: train test)")
    parser.add_argument("--objectives", type=lambda text: text.split(","), metavar="A,B", help="default: all")
    parser.add_argument("--title", help="default: the problem's name")
    chosen = parser.parse_args(arguments)
    try:
        figure = figure_of_fronts([read_front(path) for path in chosen.fronts], splits=chosen.split,
                                  objectives=chosen.objectives, title=chosen.title)
        save_figure(figure, chosen.out)
    except FrontError as error:
        print(f"plot_front: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
