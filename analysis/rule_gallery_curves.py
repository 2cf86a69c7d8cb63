"""Pictures of docs/constraints.md over an input, time or the plane, and what all of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Circle

from analysis.fronts import Array
from analysis.plot_front import INK, PALETTE

BEFORE, AFTER, DATA, FORBIDDEN = "#777777", PALETTE[0], "#BBBBBB", "#FBDDD3"
STEPS = (("before", BEFORE, "--"), ("after", AFTER, "-"))
LABELS = {"before": "data alone", "after": "with the rule"}
UNITS = {"dose_mg": "dose [mg]", "position_m": "position [m]", "depth_cm": "depth [cm]", "hour": "hour of the day",
         "celsius": "temperature [C]", "seconds": "time [s]", "metres": "position along the rod [m]"}
VALUES = {"response": "response [%]", "deflection": "deflection [mm]", "percent": "share of the mass [%]",
          "minutes": "minutes to the airport", "probability": "probability", "radians": "angle [rad]",
          "celsius": "temperature [C]", "metres": "position [m]", "clicks": "score"}


@dataclass(frozen=True)
class Picture:
    """One picture's numbers: the scene's data and what either model makes of them."""

    record: dict[str, Any]
    scene: dict[str, Any]

    @property
    def rule(self) -> dict[str, Any]:
        """The first rule of the example; empty for one in C++."""
        return self.record["group"]["rules"][0] if self.record["group"] else {}

    @property
    def x(self) -> Array:
        """The first input on the grid."""
        return np.array(self.scene["grid"][0])

    @property
    def data_x(self) -> Array:
        """The first input in the data."""
        return self.column(self.scene["inputs"][0])

    def column(self, name: str) -> Array:
        return np.array(self.scene["columns"][name])

    def curve(self, step: str, output: int = 0) -> Array:
        """Predictions on the grid."""
        return np.array(self.record[step]["grid"][output])

    def rows(self, step: str, output: int = 0) -> Array:
        """Predictions for the data rows."""
        return np.array(self.record[step]["rows"][output])

    def targets(self, output: int = 0) -> Array:
        return np.array(self.scene["targets"][output])

    def residuals(self, step: str) -> Array:
        return np.array(self.record[step]["residuals"])


View = Callable[[Axes, Picture], None]


def shade_spans(ax: Axes, x: Array, wrong: Array) -> None:
    """Shades the x where something is wrong."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], wrong.astype(int), [0]))))
    half = 0.5 * (x[1] - x[0])
    for first, behind in zip(edges[::2], edges[1::2]):
        ax.axvspan(x[first] - half, x[behind - 1] + half, color=FORBIDDEN, linewidth=0, zorder=0)


def shade_beyond(ax: Axes, low: float | None, high: float | None, vertical: bool = False) -> None:
    """Shades what is below `low` and above `high`; call it last, it keeps the limits."""
    bottom, top = ax.get_xlim() if vertical else ax.get_ylim()
    span = ax.axvspan if vertical else ax.axhspan
    if low is not None and bottom < low:
        span(bottom, low, color=FORBIDDEN, linewidth=0, zorder=0)
    if high is not None and top > high:
        span(high, top, color=FORBIDDEN, linewidth=0, zorder=0)
    (ax.set_xlim if vertical else ax.set_ylim)(bottom, top)


def draw_curves(ax: Axes, picture: Picture) -> None:
    """Data and the curves of all outputs over the first input."""
    outputs = picture.scene["outputs"]
    classes = picture.scene["unit"] == "probability"
    for output, name in enumerate(outputs):
        if not classes:
            marker = "os^"[output % 3]
            ax.plot(picture.data_x, picture.targets(output), marker, color=DATA, markersize=3.2, zorder=1,
                    label="data" if output == 0 else None)
        for step, colour, line in STEPS:
            ax.plot(picture.x, picture.curve(step, output), line, color=colour, linewidth=1.3,
                    label=LABELS[step] if output == 0 else None)
    _names(ax, picture)
    ax.set_xlim(picture.x[0], picture.x[-1])
    name = picture.scene["inputs"][0]
    ax.set_xlabel(UNITS.get(name, name))
    ax.set_ylabel(VALUES.get(picture.scene["unit"], picture.scene["unit"]))
    add_legend(ax)


def _names(ax: Axes, picture: Picture) -> None:
    """Names of several outputs, where their curves are furthest apart."""
    names = picture.scene["outputs"]
    if len(names) == 1:
        return
    values = np.array([picture.curve("after", output) for output in range(len(names))])
    apart = np.diff(np.sort(values, axis=0), axis=0).min(axis=0)
    margin = len(apart) // 12
    at = margin + int(np.argmax(apart[margin:-margin]))
    for name, value in zip(names, values[:, at]):
        ax.annotate(name, (picture.x[at], value), xytext=(0, 3), textcoords="offset points", ha="center", color=AFTER,
                    fontsize=8, fontweight="bold", zorder=5)


def add_legend(ax: Axes) -> None:
    ax.legend(loc="best", frameon=True, framealpha=0.8, edgecolor="none", borderpad=0.2, handlelength=1.8)


def _slope(picture: Picture, step: str = "before") -> Array:
    return np.gradient(picture.curve(step), picture.x)


def _bend(picture: Picture) -> Array:
    return np.gradient(_slope(picture), picture.x)


def _within_data(ax: Axes, picture: Picture) -> None:
    """The grid goes beyond the data; most rules do not."""
    ax.set_xlim(picture.data_x.min() - 0.2, picture.data_x.max() + 0.2)
    inside = (picture.x >= picture.data_x.min() - 0.3) & (picture.x <= picture.data_x.max() + 0.3)
    shown = np.concatenate([picture.targets(), picture.curve("before")[inside], picture.curve("after")[inside]])
    room = 0.06 * (shown.max() - shown.min())
    ax.set_ylim(shown.min() - room, shown.max() + room)


def falls(ax: Axes, picture: Picture) -> None:
    """Monotonicity: shaded where the first model falls."""
    draw_curves(ax, picture)
    if "points" not in picture.rule:
        _within_data(ax, picture)
    else:
        ax.axvline(picture.data_x.max(), color=INK, linewidth=0.6, linestyle=":")
    shade_spans(ax, picture.x, _slope(picture) < 0)


def bends(ax: Axes, picture: Picture) -> None:
    """Concavity and curvature: shaded where the first model bends too far."""
    draw_curves(ax, picture)
    _within_data(ax, picture)
    bend = _bend(picture)
    shade_spans(ax, picture.x, np.abs(bend) > picture.rule["bound"] if "bound" in picture.rule else bend > 0)


def steep(ax: Axes, picture: Picture) -> None:
    """Bounded slopes: shaded where the first model is too steep."""
    draw_curves(ax, picture)
    _within_data(ax, picture)
    shade_spans(ax, picture.x, np.abs(_slope(picture)) > picture.rule.get("bound", picture.rule.get("constant")))


def mirrored(ax: Axes, picture: Picture) -> None:
    """Symmetry: shaded between the first model and its mirror image."""
    draw_curves(ax, picture)
    before = picture.curve("before")
    ax.fill_between(picture.x, before, before[::-1], color=FORBIDDEN, linewidth=0, zorder=0)


def noisy(ax: Axes, picture: Picture) -> None:
    """Noise: the band of what the first model says within a deviation."""
    draw_curves(ax, picture)
    _within_data(ax, picture)
    reach = picture.rule["transformations"][0]["changes"][0]["deviation"]
    moved = np.array([np.interp(picture.x + shift, picture.x, picture.curve("before"))
                      for shift in np.linspace(-reach, reach, 7)])
    ax.fill_between(picture.x, moved.min(axis=0), moved.max(axis=0), color=FORBIDDEN, linewidth=0, zorder=0)


def ranged(ax: Axes, picture: Picture) -> None:
    """Bounds on the prediction."""
    draw_curves(ax, picture)
    if picture.record["scene"] == "dose":
        _within_data(ax, picture)
    shade_beyond(ax, picture.rule.get("low"), picture.rule.get("high"))


def floor(ax: Axes, picture: Picture) -> None:
    """Nothing below 0, looked at closely."""
    draw_curves(ax, picture)
    lowest = min(picture.curve("before", output).min() for output in range(len(picture.scene["outputs"])))
    ax.set_ylim(min(1.5 * lowest, -2), 30)
    for label in ax.texts:  # names of curves that are out of sight
        label.set_clip_on(True)
        label.set_annotation_clip(True)
    shade_beyond(ax, 0.0, None)


def reference(ax: Axes, picture: Picture) -> None:
    """A floor that is a column."""
    draw_curves(ax, picture)
    _within_data(ax, picture)
    floor = picture.column(picture.rule["reference"]) + picture.rule["margin"]
    ax.fill_between(picture.data_x, ax.get_ylim()[0], floor, color=FORBIDDEN, linewidth=0, zorder=0)


def premise(ax: Axes, picture: Picture) -> None:
    """A bound where a condition holds."""
    draw_curves(ax, picture)
    _within_data(ax, picture)
    top = ax.get_ylim()[1]
    reach, bound = picture.rule["if"][0]["value"], picture.rule["at_most"]
    ax.fill_between([ax.get_xlim()[0], reach], bound, top, color=FORBIDDEN, linewidth=0, zorder=0)


def tolerated(ax: Axes, picture: Picture) -> None:
    """The toxicity of the page: 40 log(1 + dose) is the largest response."""
    draw_curves(ax, picture)
    _within_data(ax, picture)
    inside = picture.x <= ax.get_xlim()[1]
    ax.fill_between(picture.x[inside], 40 * np.log(1 + picture.x[inside]), ax.get_ylim()[1], color=FORBIDDEN,
                    linewidth=0, zorder=0)


def binding(ax: Axes, picture: Picture) -> None:
    """The law of the page has the solutions p = 90 - 180 / (x + c)."""
    draw_curves(ax, picture)
    _within_data(ax, picture)
    ax.plot(picture.x, 90 * picture.x / (picture.x + 2), ":", color=PALETTE[1], linewidth=1.2,
            label="the law from 0")
    add_legend(ax)


def curves(ax: Axes, picture: Picture) -> None:
    """Nothing but the curves."""
    draw_curves(ax, picture)


def order(ax: Axes, picture: Picture) -> None:
    """Several outputs: shaded where the first model has them in the wrong order."""
    draw_curves(ax, picture)
    values = np.array([picture.curve("before", output) for output in range(3)])
    shade_spans(ax, picture.x, (np.diff(values, axis=0) < picture.rule["gap"]).any(axis=0))


def together(ax: Axes, picture: Picture) -> None:
    """Classes that exclude each other: shaded up to the smaller probability of the two."""
    draw_curves(ax, picture)
    both = [picture.scene["outputs"].index(literal["output"]) for literal in picture.rule["literals"]]
    ax.fill_between(picture.x, 0, np.minimum(*(picture.curve("before", output) for output in both)),
                    color=FORBIDDEN, linewidth=0, zorder=0)


def total(ax: Axes, picture: Picture) -> None:
    """The sum of all outputs."""
    outputs = range(len(picture.scene["outputs"]))
    ax.plot(picture.data_x, sum(picture.targets(output) for output in outputs), "o", color=DATA, markersize=3.2,
            label="data")
    for step, colour, line in STEPS:
        ax.plot(picture.x, sum(picture.curve(step, output) for output in outputs), line, color=colour,
                linewidth=1.3, label=LABELS[step])
    before = sum(picture.curve("before", output) for output in outputs)
    ax.fill_between(picture.x, before, picture.rule["total"], color=FORBIDDEN, linewidth=0, zorder=0)
    ax.set_xlabel(UNITS["depth_cm"])
    ax.set_ylabel("sand + silt + clay [%]")
    add_legend(ax)


def heat(ax: Axes, picture: Picture) -> None:
    """A rod at three times, and the true solution."""
    positions, times = np.array(picture.scene["grid"])
    for minutes in np.unique(times):
        at = times == minutes
        true = 80 * np.exp(-0.02 * np.pi**2 * minutes) * np.sin(np.pi * positions[at])
        ax.plot(positions[at], true, ":", color=PALETTE[1], linewidth=1.2,
                label="the true rod" if minutes == 0 else None)
        for step, colour, line in STEPS:
            ax.plot(positions[at], picture.curve(step)[at], line, color=colour, linewidth=1.3,
                    label=LABELS[step] if minutes == 0 else None)
        middle = np.flatnonzero(at)[20]
        ax.annotate(f"{minutes:g} min", (0.5, picture.curve("after")[middle]), xytext=(0, 3),
                    textcoords="offset points", ha="center", color=AFTER, fontsize=7)
    ax.plot(picture.data_x, picture.targets(), "o", color=DATA, markersize=3.2, zorder=1, label="data, at all times")
    ax.set_xlabel(UNITS["metres"])
    ax.set_ylabel(VALUES["celsius"])
    ax.set_ylim(bottom=ax.get_ylim()[0] - 18)
    ax.legend(loc="lower center", ncols=4, frameon=False)


def energy(ax: Axes, picture: Picture) -> None:
    """Kinetic and potential energy; shaded where that of the first model grows."""
    found = {}
    for step, colour, line in STEPS:
        angle = picture.curve(step)
        found[step] = 0.5 * _slope(picture, step) ** 2 + picture.rule["pendulum"] * (1 - np.cos(angle))
        ax.plot(picture.x, found[step], line, color=colour, linewidth=1.3,
                label=LABELS[step])
    shade_spans(ax, picture.x, np.gradient(found["before"], picture.x) > picture.record["tolerance"])
    ax.set_xlabel(UNITS["seconds"])
    ax.set_ylabel("energy [J]")
    add_legend(ax)


def plane(ax: Axes, picture: Picture) -> None:
    """A way in the plane, with obstacles and their margins."""
    ax.plot(picture.targets(0), picture.targets(1), "o", color=DATA, markersize=3.2, label="data")
    for step, colour, line in STEPS:
        ax.plot(picture.curve(step, 0), picture.curve(step, 1), line, color=colour, linewidth=1.3,
                label=LABELS[step])
    for ball in picture.rule.get("obstacles", []):
        for radius, colour in ((ball["radius"] + picture.rule["margin"], FORBIDDEN), (ball["radius"], "#E8A48C")):
            ax.add_patch(Circle(ball["centre"], radius, color=colour, linewidth=0, zorder=0))
    if picture.rule.get("obstacles"):
        ax.set_aspect("equal")  # or circles are none
    ax.set_xlabel("x [m]")
    ax.set_ylabel("y [m]")
    add_legend(ax)
