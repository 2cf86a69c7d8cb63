"""Pictures of fronts: what is drawn, and what is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from analysis.front_json import FrontError
from analysis.fronts import read_front
from analysis.plot_front import PALETTE, figure_of_fronts, joined_runs, labels_of, main, plot_fronts, save_figure

TRACING, WEIGHTED, THREE, BARE = (
    "two_objectives_tracing.json", "two_objectives_weighted_sum.json", "three_objectives.json",
    "without_evaluation.json")


def scatters(ax: Axes, gid: str) -> list[PathCollection]:
    """The point clouds whose name ends in `gid`."""
    return [each for each in ax.collections if each.get_gid().endswith(gid)]


def lines(ax: Axes, solver: str) -> list[list[list[float]]]:
    """The joined points of one solver, one list per line."""
    return [line.get_xydata().tolist() for line in ax.lines if line.get_gid() == f"{solver}/joined"]


def legend_texts(axes: Iterable[Axes]) -> list[str]:
    """Every text in every legend, without the empty separator."""
    return [text.get_text() for ax in axes if ax.get_legend() for text in ax.get_legend().get_texts()
            if text.get_text().strip()]


@pytest.fixture
def ax() -> Axes:
    """Axes of a figure of their own."""
    return Figure().add_subplot()


def test_train_and_test_show_the_raw_values_of_their_split(data: Path, ax: Axes) -> None:
    front = read_front(data / TRACING)
    assert plot_fronts([front], ax=ax) is ax
    for split in ("train", "test"):
        kept, = scatters(ax, f"{split}/front")
        np.testing.assert_array_equal(kept.get_offsets(), front.raw(split)[~front.dominated])
        beaten, = scatters(ax, f"{split}/dominated")
        np.testing.assert_array_equal(beaten.get_offsets(), front.raw(split)[[5, 9]])
    assert not scatters(ax, "validation/front")


def test_dominated_points_are_hollow_and_others_are_not(data: Path, ax: Axes) -> None:
    plot_fronts([read_front(data / TRACING), read_front(data / WEIGHTED)], ax=ax)
    for split in ("train", "test"):
        assert len(scatters(ax, f"{split}/dominated")) == len(scatters(ax, f"{split}/front")) == 2
        for hollow in scatters(ax, f"{split}/dominated"):
            assert len(hollow.get_facecolors()) == 0  # "none"
            assert hollow.get_edgecolors()[0, 3] == 1.0
        for filled in scatters(ax, f"{split}/front"):
            assert filled.get_facecolors()[0, 3] == 1.0


def test_train_is_full_colour_and_test_is_paler_with_another_shape(data: Path, ax: Axes) -> None:
    plot_fronts([read_front(data / TRACING)], ax=ax)
    (train,), (test,) = scatters(ax, "train/front"), scatters(ax, "test/front")
    assert tuple(train.get_facecolors()[0, :3]) == to_rgb(PALETTE[0])
    assert test.get_facecolors()[0, :3].sum() > train.get_facecolors()[0, :3].sum()
    assert tuple(test.get_edgecolors()[0, :3]) == to_rgb(PALETTE[0])
    assert len(train.get_paths()[0].vertices) != len(test.get_paths()[0].vertices)


def test_unconverged_points_are_crossed(data: Path, ax: Axes) -> None:
    front = read_front(data / TRACING)
    plot_fronts([front], splits=["train"], ax=ax)
    crosses, = scatters(ax, "train/unconverged")
    np.testing.assert_array_equal(crosses.get_offsets(), front.raw("train")[[7, 9]])


def test_axes_carry_name_and_unit(data: Path, ax: Axes) -> None:
    plot_fronts([read_front(data / TRACING)], ax=ax)
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("cross_entropy [nats]", "equal_approval [probability^2]")


def test_the_legend_names_solvers_then_only_what_occurs(data: Path, ax: Axes) -> None:
    plot_fronts([read_front(data / TRACING), read_front(data / WEIGHTED)], ax=ax)
    assert legend_texts([ax]) == ["pareto_tracing", "weighted_sum", "train", "test", "dominated", "not converged"]
    bare = plot_fronts([read_front(data / BARE)], ax=Figure().add_subplot())
    assert legend_texts([bare]) == ["weighted_sum"]


def test_a_front_without_evaluation_shows_its_minimised_values(data: Path, ax: Axes) -> None:
    front = read_front(data / BARE)
    plot_fronts([front], ax=ax)
    np.testing.assert_array_equal(scatters(ax, "train/front")[0].get_offsets(), front.values)


def test_a_point_without_evaluation_is_not_shown_as_held_out(edited, ax: Axes) -> None:
    front = read_front(edited(TRACING, lambda d: d["points"][3].pop("evaluation")))
    plot_fronts([front], ax=ax)
    assert len(scatters(ax, "test/front")[0].get_offsets()) == 11
    assert front.values[3].tolist() in scatters(ax, "train/front")[0].get_offsets().tolist()
    assert "train (or as minimised)" in legend_texts([ax])


def test_the_line_joins_train_points_that_are_not_dominated(data: Path, ax: Axes) -> None:
    front = read_front(data / TRACING)
    plot_fronts([front], ax=ax)
    assert lines(ax, "pareto_tracing") == [front.raw("train")[~front.dominated].tolist()]


def test_the_line_breaks_at_a_wide_gap(data: Path, ax: Axes) -> None:
    front = read_front(data / WEIGHTED)
    assert [run.tolist() for run in joined_runs(front)] == [[0, 1, 2, 3, 4], [5, 7, 8, 9, 10]]
    plot_fronts([front], ax=ax)
    assert [len(line) for line in lines(ax, "weighted_sum")] == [5, 5]


@pytest.mark.parametrize("kind, broken", [("supported", False), ("nonconvex", True), ("jump", True),
                                          ("disconnected", True), ("unresolved", True)])
def test_what_the_file_says_about_a_wide_gap_decides(edited, kind: str, broken: bool) -> None:
    def say(document: dict) -> None:
        document["coverage"] = [{"left": 4, "right": 5, "length": 0.4, "kind": kind, "decided_by": "probe"}]
    runs = [run.tolist() for run in joined_runs(read_front(edited(WEIGHTED, say)))]
    assert runs == ([[0, 1, 2, 3, 4], [5, 7, 8, 9, 10]] if broken else [[0, 1, 2, 3, 4, 5, 7, 8, 9, 10]])


@pytest.mark.parametrize("kind, broken", [("nonconvex", False), ("jump", True)])
def test_no_line_crosses_a_narrow_jump(edited, kind: str, broken: bool) -> None:
    def say(document: dict) -> None:
        document["coverage"] = [{"left": 1, "right": 2, "length": 0.1, "kind": kind, "decided_by": "probe"}]
    runs = joined_runs(read_front(edited(WEIGHTED, say)))
    assert runs[0].tolist() == ([0, 1] if broken else [0, 1, 2, 3, 4])


def test_equal_points_and_empty_fronts_do_not_break_the_line(edited, ax: Axes) -> None:
    def merge(document: dict) -> None:
        for point in document["points"]:
            point.update(objectives=[1.0, 1.0], dominated=False)
    assert [run.tolist() for run in joined_runs(read_front(edited(BARE, merge)))] == [list(range(9))]
    empty = read_front(edited(BARE, lambda d: d["points"].clear()))
    assert not plot_fronts([empty], ax=ax).collections


@pytest.mark.parametrize("splits, objectives", [(["test"], None), (None, ["equal_approval", "cross_entropy"])])
def test_held_out_points_are_never_joined(data: Path, ax: Axes, splits, objectives) -> None:
    plot_fronts([read_front(data / TRACING)], splits=splits, objectives=objectives, ax=ax)
    assert len(ax.lines) == (0 if splits else 1)


def test_two_of_three_objectives_are_a_projection_without_line(data: Path, ax: Axes) -> None:
    front = read_front(data / THREE)
    plot_fronts([front], objectives=["monotone_debt", "cross_entropy"], ax=ax)
    assert ax.get_xlabel() == "monotone_debt [probability^2]" and not ax.lines
    np.testing.assert_array_equal(
        scatters(ax, "train/front")[0].get_offsets(), front.raw("train")[~front.dominated][:, [2, 0]])


def test_without_axes_the_current_ones_are_used(data: Path) -> None:
    try:
        current = plt.figure().add_subplot()
        assert plot_fronts([read_front(data / TRACING)]) is current
    finally:
        plt.close("all")


def test_plotting_leaves_the_global_style_alone(data: Path, tmp_path: Path, ax: Axes) -> None:
    before = dict(mpl.rcParams)
    plot_fronts([read_front(data / TRACING)], ax=ax)
    save_figure(figure_of_fronts([read_front(data / THREE)]), tmp_path / "three.svg")
    with pytest.raises(FrontError):
        plot_fronts([read_front(data / TRACING)], splits=["moon"], ax=ax)
    assert dict(mpl.rcParams) == before


def test_three_objectives_give_all_pairs_and_a_panel_in_space(data: Path) -> None:
    figure = figure_of_fronts([read_front(data / THREE)])
    space = [panel for panel in figure.axes if panel.name == "3d"]
    pairs = [panel for panel in figure.axes if panel.name != "3d" and panel.collections]
    assert len(space) == 1 and len(pairs) == 3
    assert space[0].get_zlabel() == "monotone_debt\n[probability^2]"
    hollow, = scatters(space[0], "train/dominated")
    assert len(hollow.get_facecolors()) == 0
    assert not scatters(space[0], "test/front") and all(scatters(pair, "test/front") for pair in pairs)
    assert legend_texts(figure.axes) == ["augmented_chebyshev", "train", "test", "dominated", "not converged"]


def test_four_objectives_give_all_pairs(edited) -> None:
    def extend(document: dict) -> None:
        document["problem"]["objectives"].append(dict(document["problem"]["objectives"][1], name="fourth"))
        for vector in (document["scaling"]["ideal"], document["scaling"]["nadir"]):
            vector.append(1.0)
        for point in document["points"]:
            for each in (point, *point["evaluation"].values()):
                each["objectives"].append(0.01 * point["id"])
    figure = figure_of_fronts([read_front(edited(THREE, extend))])
    assert sum(bool(panel.collections) for panel in figure.axes) == 6
    assert not any(panel.name == "3d" for panel in figure.axes)


def test_the_title_defaults_to_the_problem(data: Path) -> None:
    assert figure_of_fronts([read_front(data / TRACING)])._suptitle.get_text() == "lending"
    assert figure_of_fronts([read_front(data / TRACING)], title="Credit")._suptitle.get_text() == "Credit"


@pytest.mark.parametrize("name", [TRACING, THREE])
def test_nothing_written_outside_the_panels_is_cut_off_or_overlaps_them(data: Path, name: str) -> None:
    figure = figure_of_fronts([read_front(data / name)])
    figure.draw_without_rendering()
    legend, = (panel.get_legend() for panel in figure.axes if panel.get_legend())
    box = legend.get_window_extent()
    assert 0 <= box.x0 and box.x1 <= figure.bbox.x1 and box.y1 <= figure.bbox.y1
    for panel in figure.axes:
        if panel.collections:
            assert not box.overlaps(panel.get_window_extent())


def test_fronts_of_one_solver_are_told_apart_by_file(data: Path, edited) -> None:
    def nothing(document: dict) -> None:
        """Leaves the document as it is."""
    one, two, other = (read_front(edited(TRACING, nothing, out)) for out in ("a/one.json", "a/two.json", "b/one.json"))
    alone = read_front(data / WEIGHTED)
    assert labels_of([one, alone]) == ("pareto_tracing", "weighted_sum")
    assert labels_of([one, two, alone]) == (
        "pareto_tracing (one.json)", "pareto_tracing (two.json)", "weighted_sum")
    assert labels_of([one, other]) == ("pareto_tracing (a/one.json)", "pareto_tracing (b/one.json)")


@pytest.mark.parametrize("suffix, magic", [
    ("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF"), ("PNG", b"\x89PNG")])
@pytest.mark.parametrize("name", [TRACING, THREE])
def test_the_suffix_decides_the_kind_of_picture(data: Path, tmp_path: Path, suffix: str, magic: bytes, name) -> None:
    out = tmp_path / f"front.{suffix}"
    assert main([str(data / name), "--out", str(out)]) == 0
    content = out.read_bytes()
    assert content.startswith(magic) and len(content) > 8_000
    assert os.listdir(tmp_path) == [out.name]


def test_the_same_front_gives_the_same_bytes(data: Path, tmp_path: Path) -> None:
    for suffix in ("svg", "pdf", "png"):
        for name in ("a", "b"):
            save_figure(figure_of_fronts([read_front(data / TRACING)]), tmp_path / f"{name}.{suffix}")
        assert (tmp_path / f"a.{suffix}").read_bytes() == (tmp_path / f"b.{suffix}").read_bytes()


@pytest.mark.parametrize("names, arguments, told", [
    ([TRACING], ["--out", "front.gif"], "unknown kind of picture front.gif; expected a suffix of .png, .svg, .pdf, "
                                        "got '.gif'; hint:"),
    ([TRACING], ["--out", "front"], "got ''"),
    ([TRACING], ["--out", "no/such/folder/front.png"], "cannot write no/such/folder/front.png; expected a file in an "
                                                       "existing, writable folder, got No such file or directory"),
    ([TRACING], ["--out", "folder.png"], "cannot write folder.png"),
    ([TRACING, THREE], ["--out", "x.png"], "the fronts have different objectives; expected cross_entropy [nats], "
                                           "equal_approval [probability^2] as in"),
    ([TRACING], ["--out", "x.png", "--split", "train", "moon"], "no such split in the fronts; expected some of train, "
                                                                "validation, test, got moon"),
    ([BARE], ["--out", "x.png", "--split", "test"], "expected some of train, got test"),
    ([TRACING], ["--out", "x.png", "--objectives", "cross_entropy,beauty"], "expected two or more of cross_entropy, "
                                                                             "equal_approval, each once, got"),
    ([TRACING], ["--out", "x.png", "--objectives", "cross_entropy"], "no picture of these objectives"),
    ([TRACING] * 11, ["--out", "x.png"], "wrong number of fronts; expected 1 to 10, got 11"),
    (["none.json"], ["--out", "x.png"], "read_front: cannot read"),
])
def test_a_refused_picture_is_one_line_and_no_file(data, tmp_path, monkeypatch, capsys, names, arguments, told) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.png").mkdir()
    assert main([*(str(data / name) for name in names), *arguments]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err.count("\n") == 1 and err.startswith("plot_front: ") and told in err
    assert os.listdir(tmp_path) == ["folder.png"] and not os.listdir(tmp_path / "folder.png")


def test_a_refused_picture_leaves_the_old_one(data: Path, tmp_path: Path, monkeypatch) -> None:
    out = tmp_path / "front.png"
    out.write_bytes(b"old")

    def full_disk(*_: object, **__: object) -> None:
        Path(tmp_path / f".front.{os.getpid()}.part.png").write_bytes(b"half")
        raise OSError(28, "No space left on device")
    monkeypatch.setattr(Figure, "savefig", full_disk)
    assert main([str(data / TRACING), "--out", str(out)]) == 1
    assert out.read_bytes() == b"old" and os.listdir(tmp_path) == ["front.png"]


def test_one_panel_refuses_three_objectives(data: Path, ax: Axes) -> None:
    with pytest.raises(FrontError, match="one panel shows two objectives; expected 2 objectives, got 3"):
        plot_fronts([read_front(data / THREE)], ax=ax)


def test_it_runs_as_a_script_from_any_folder(data: Path, tmp_path: Path) -> None:
    script = Path(__file__).resolve().parents[2] / "analysis" / "plot_front.py"
    done = subprocess.run([sys.executable, "-B", script, data / TRACING, data / WEIGHTED, "--out", "front.png",
                           "--split", "test", "--title", "Lending", "--objectives", "cross_entropy,equal_approval"],
                          cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "front.png").stat().st_size > 8_000
