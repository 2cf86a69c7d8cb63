"""The pictures of docs/constraints.md: a small model without and with each rule.

    python3 analysis/plot_rule_gallery.py RULES.json --out docs/gallery/rules

RULES.json is what the program rule_gallery writes. Grey and dashed is the model fitted to the data
alone, blue the one fitted with the rule; data are light grey, what the rule forbids is light red.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

if not __package__:  # run as a script
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from analysis.front_json import FrontError, listed
from analysis.plot_front import INK
from analysis.rule_gallery_views import VIEWS, Picture

STYLE = {"font.size": 7.5, "axes.labelsize": 8, "legend.fontsize": 7, "axes.edgecolor": "#999999"}
SIZE, DPI, COLOURS = (5.6, 3.0), 100, 64  # inches, dots per inch


def caption(picture: Picture) -> str:
    """Violation rate and loss, before and after, in one line."""
    before, after = picture.record["before"], picture.record["after"]
    loss = "loss" if picture.scene["unit"] == "probability" else "loss (scaled)"
    return (f"violated: {100 * before['violation_rate']:.0f} % \N{RIGHTWARDS ARROW} "
            f"{100 * after['violation_rate']:.0f} % of the probes;  "
            f"penalty: {before['penalty']:.2g} \N{RIGHTWARDS ARROW} {after['penalty']:.2g};  "
            f"{loss}: {before['loss']:.3f} \N{RIGHTWARDS ARROW} {after['loss']:.3f}")


def figure_of(picture: Picture) -> Figure:
    """One picture. Throws: FrontError for one this program has no view of."""
    name = picture.record["picture"]
    if name not in VIEWS:
        raise FrontError("plot_rule_gallery", f"no view of the picture {name!r}", expected=listed(VIEWS), got=name,
                         hint="add one to VIEWS in analysis/rule_gallery_views.py")
    with mpl.rc_context(STYLE):
        figure = Figure(SIZE, dpi=DPI, layout="constrained")
        ax = figure.add_subplot()
        for side in ("top", "right"):
            ax.spines[side].set_visible(False)
        VIEWS[name](ax, picture)
        ax.tick_params(color="#999999", labelsize=7)
        figure.suptitle(picture.record["title"], x=0.012, ha="left", fontsize=9.5, color=INK)
        figure.supxlabel(caption(picture), x=0.012, ha="left", fontsize=7, color=INK)
    return figure


def save_picture(figure: Figure, path: Path) -> None:
    """Writes a PNG of 64 colours, a quarter of the size: whole beside its name, then renamed. Throws: FrontError."""
    canvas = FigureCanvasAgg(figure)
    with mpl.rc_context(STYLE):
        canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")
    part = path.with_name(f".{path.stem}.{os.getpid()}.part.png")
    try:
        image.quantize(COLOURS, dither=Image.Dither.NONE).save(part, optimize=True)
        part.replace(path)
    except OSError as error:
        raise FrontError("plot_rule_gallery", f"cannot write {path}", expected="an existing, writable folder",
                         got=str(error.strerror), hint="create the folder or choose another --out") from error
    finally:
        if part.is_file():
            part.unlink()


def read_gallery(path: Path) -> list[Picture]:
    """The pictures of a file of rule_gallery. Throws: FrontError."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        return [Picture(record, document["scenes"][record["scene"]]) for record in document["pictures"]]
    except (OSError, ValueError, KeyError) as error:
        raise FrontError("plot_rule_gallery", f"cannot read {path}", expected="a file that rule_gallery wrote",
                         got=str(error), hint="run scripts/update_gallery") from error


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; 0 when all pictures are written."""
    parser = argparse.ArgumentParser(description="Draws the pictures of docs/constraints.md.")
    parser.add_argument("gallery", type=Path, metavar="RULES.json")
    parser.add_argument("--out", required=True, type=Path, metavar="FOLDER")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="pictures to draw (default: all)")
    chosen = parser.parse_args(arguments)
    try:
        for picture in read_gallery(chosen.gallery):
            name = picture.record["picture"]
            if chosen.only is None or name in chosen.only:
                save_picture(figure_of(picture), chosen.out / f"{name}.png")
    except FrontError as error:
        print(f"plot_rule_gallery: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
