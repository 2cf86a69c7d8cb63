"""Draws the paths of the planner's front on its map.

    python3 analysis/plot_paths.py fronts/planner/SOLVER.paths.json --out paths.png

One panel per point of the front that the file holds, from the shortest paths to the safest. Each part
of the data has its colour; a path that comes too near to anything is drawn dashed.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.front_json import FrontError

COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7")
HIT = "#D55E00"
AROUND = 1.0  # m of the map shown around the paths


def read_paths(path: Path) -> dict[str, Any]:
    """The file's content. Throws: FrontError when it is no such file."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        if not (document["map"]["rows"] and document["points"]):
            raise ValueError("nothing to draw")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise FrontError("read_paths", f"{path} holds no paths", expected="a .paths.json of the planner",
                         got=str(error), hint="") from error
    return document


def blocked_cells(document: Mapping[str, Any]) -> NDArray[np.bool_]:
    """Rows by columns of the map; the first row has the smallest y."""
    return np.array([[cell == "#" for cell in row] for row in document["map"]["rows"]])


def clearances(document: Mapping[str, Any], path: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of every place of a path to the nearest blocked cell's border, about, in m."""
    place = document["map"]
    distance = (distance_transform_edt(~blocked_cells(document)) - 0.5) * place["cell"]
    column = np.clip(np.rint((path[:, 0] - place["x"]) / place["cell"]).astype(int), 0, distance.shape[1] - 1)
    row = np.clip(np.rint((path[:, 1] - place["y"]) / place["cell"]).astype(int), 0, distance.shape[0] - 1)
    return distance[row, column]


def plot_paths(document: Mapping[str, Any], index: int, ax: Axes, parts: Sequence[str]) -> Axes:
    """Draws the paths of one point of the front into `ax`."""
    place, point = document["map"], document["points"][index]
    blocked = blocked_cells(document)
    half = place["cell"] / 2
    extent = (place["x"] - half, place["x"] - half + blocked.shape[1] * place["cell"],
              place["y"] - half, place["y"] - half + blocked.shape[0] * place["cell"])
    ax.imshow(blocked, origin="lower", extent=extent, cmap=ListedColormap(["white", "#BBBBBB"]), vmin=0, vmax=1)
    everything = []
    for part, colour in zip(parts, COLOURS):
        for path in map(np.asarray, point["paths"].get(part, [])):
            hit = clearances(document, path).min() < document["robot_radius"]
            ax.plot(path[:, 0], path[:, 1], color=HIT if hit else colour, linewidth=1.1, linestyle="--" if hit else "-")
            ax.plot(*path[0], marker="o", color=colour, markersize=2.5)
            everything.append(path)
    low, high = (bound(np.vstack(everything), axis=0) for bound in (np.min, np.max))
    ax.set_xlim(low[0] - AROUND, high[0] + AROUND)
    ax.set_ylim(low[1] - AROUND, high[1] + AROUND)
    ax.set_title(f"point {point['id']}: length {point['length_ratio']:.2f} of straight,\n"
                 f"{100 * point['collision_rate']:.0f} % of training routes collide", fontsize=8)
    ax.tick_params(labelsize=7)
    return ax


def figure_of_paths(document: Mapping[str, Any], parts: Sequence[str]) -> Figure:
    """One panel per point; the legend below them."""
    count = len(document["points"])
    columns = min(count, 3)
    rows = -(-count // columns)
    figure = Figure(figsize=(4.2 * columns, 2.9 * rows + 0.4))
    axes = figure.subplots(rows, columns, squeeze=False).ravel()
    for index, ax in enumerate(axes):
        if index < count:
            plot_paths(document, index, ax, parts)
        else:
            ax.set_axis_off()
    keys = [Line2D([], [], color=colour, label=part.replace("_", " ")) for part, colour in zip(parts, COLOURS)]
    keys.append(Line2D([], [], color=HIT, linestyle="--", label="too near to something"))
    figure.tight_layout(rect=(0.02, 0.4 / figure.get_figheight(), 1, 1))
    figure.legend(handles=keys, loc="lower center", ncol=len(keys), frameon=False, fontsize=9)
    figure.supylabel("x and y in m", fontsize=8, x=0.0, ha="left")
    return figure


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when the picture is written."""
    parser = argparse.ArgumentParser(description="Draws the paths of the planner's front on its map.")
    parser.add_argument("paths", type=Path, metavar="SOLVER.paths.json")
    parser.add_argument("--out", required=True, metavar="FILE", help="picture to write, such as paths.png")
    parser.add_argument("--parts", nargs="+", default=["test", "other_part"], help="of the data")
    chosen = parser.parse_args(arguments)
    try:
        figure_of_paths(read_paths(chosen.paths), chosen.parts).savefig(chosen.out, dpi=110)
    except FrontError as error:
        print(f"plot_paths: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
