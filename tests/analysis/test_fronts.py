"""Reading front files: what comes out, and what is said when a file is no good."""

from __future__ import annotations

import json
import math
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from analysis.front_json import FrontError, front_schema
from analysis.fronts import Front, read_front

SOFT = {"name": "fairness", "enforcement": "soft", "rules": ["equal_approval"], "unit": "probability", "probes": 1428,
        "tolerance": 0.02, "margin": 0.0, "scale": 0.125, "scale_origin": "automatic", "shape": "squared_hinge",
        "aggregation": {"kind": "mean"}}
CHANCE = {"delta": 0.05, "surrogate": "cvar"}
FROZEN = sorted((Path(__file__).parent / "data").glob("*.json"))


def refusal(path: Path) -> str:
    """What read_front says about a bad file, one line."""
    with pytest.raises(FrontError) as caught:
        read_front(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft7Validator.check_schema(front_schema())


@pytest.mark.parametrize("path", FROZEN, ids=lambda path: path.stem)
def test_every_frozen_file_fits_the_schema(path: Path) -> None:
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), front_schema(), jsonschema.Draft7Validator)


def test_a_front_holds_what_the_file_holds(data: Path) -> None:
    path = data / "two_objectives_tracing.json"
    front, document = read_front(path), json.loads(path.read_text(encoding="utf-8"))
    points = document["points"]
    assert (front.solver, front.problem, front.status) == ("pareto_tracing", "lending", "complete")
    assert front.path == path
    assert front.names == ("cross_entropy", "equal_approval")
    assert [objective.label for objective in front.objectives] == [
        "cross_entropy [nats]", "equal_approval [probability^2]"]
    assert front.objectives[0].tolerance is None and front.objectives[1].tolerance == 0.02
    assert front.values.tolist() == [point["objectives"] for point in points]
    assert np.flatnonzero(front.dominated).tolist() == [5, 9]
    assert np.flatnonzero(~front.converged).tolist() == [7, 9]
    assert front.feasible.all()
    assert front.kkt_residuals.tolist() == [point["kkt_residual"] for point in points]
    assert front.splits == ("train", "validation", "test")
    for split in front.splits:
        assert front.raw(split).tolist() == [point["evaluation"][split]["objectives"] for point in points]
    assert front.indicators == document["indicators"] and front.totals == document["totals"]
    assert front.point(9) == points[9]


def test_scaled_values_put_ideal_at_zero_and_nadir_at_one(data: Path) -> None:
    front = read_front(data / "three_objectives.json")
    kept = front.scaled[~front.dominated]
    np.testing.assert_allclose(kept.min(axis=0), 0.0, atol=1e-12)
    np.testing.assert_allclose(kept.max(axis=0), 1.0, atol=1e-12)


def test_a_label_without_unit_is_the_bare_name(data: Path) -> None:
    assert read_front(data / "without_evaluation.json").objectives[0].label == "f0"


def test_flags_are_taken_from_the_file_and_never_computed(edited) -> None:
    path = edited("two_objectives_tracing.json", lambda d: d["points"][0].update(dominated=True))
    assert read_front(path).dominated[0]


def test_unevaluated_points_stand_with_minimised_values_on_train_only(edited) -> None:
    front = read_front(edited("two_objectives_tracing.json", lambda d: d["points"][3].pop("evaluation")))
    assert front.raw("train")[3].tolist() == front.values[3].tolist()
    assert np.isnan(front.raw("test")[3]).all()
    assert np.isfinite(np.delete(front.raw("test"), 3, axis=0)).all()


def test_a_point_evaluated_elsewhere_is_not_filled_in(edited) -> None:
    front = read_front(edited("two_objectives_tracing.json", lambda d: d["points"][3]["evaluation"].pop("train")))
    assert np.isnan(front.raw("train")[3]).all()


def test_a_front_without_evaluation_shows_its_values_as_train(data: Path) -> None:
    front = read_front(data / "without_evaluation.json")
    assert front.splits == ()
    assert front.raw("train").tolist() == front.values.tolist()


def test_a_front_without_points_is_readable(edited) -> None:
    front = read_front(edited("two_objectives_tracing.json", lambda d: d["points"].clear()))
    assert front.values.shape == (0, 2) and front.raw("train").shape == (0, 2)


def test_an_unknown_point_is_refused(data: Path) -> None:
    front: Front = read_front(data / "without_evaluation.json")
    with pytest.raises(FrontError, match=r"Front.point: .* has no point 77; expected one of 0, 1, .*got 77; hint:"):
        front.point(77)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    line = refusal(tmp_path / "nowhere.json")
    assert line.startswith(f"read_front: cannot read {tmp_path / 'nowhere.json'}; expected a front file")
    assert "got No such file or directory" in line and "hint:" in line


@pytest.mark.parametrize("content, told", [
    (b'{"schema_version": ', "Expecting value: line 1 column"),
    (b'{"schema_version": "1.0", "points": [NaN]}', "NaN is not a finite number"),
    (b'{"points": [-Infinity]}', "-Infinity is not a finite number"),
    (b'{"points": [1e999]}', "1e999 is not a finite number"),
    (b"\xff\xfe", "can't decode byte 0xff"),
])
def test_invalid_json_is_told_with_its_place(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "bad.json"
    path.write_bytes(content)
    line = refusal(path)
    assert f"{path} is not valid JSON" in line and told in line


def test_another_schema_version_is_told_before_anything_else(edited) -> None:
    def age(document: dict) -> None:
        document["schema_version"] = "0.3"
        del document["points"]
    line = refusal(edited("two_objectives_tracing.json", age))
    assert "has another schema_version; expected '1.0', got '0.3'; hint: read it with the scripts" in line


@pytest.mark.parametrize("edit, told", [
    (lambda d: d.pop("schema_version"), "the file lacks schema_version; expected schema_version, context"),
    (lambda d: d.pop("indicators"), "the file lacks indicators"),
    (lambda d: d["points"][4].pop("cost"), "points[4] lacks cost; expected id, task, objectives"),
    (lambda d: d["points"][4].update(dominated="no"), "points[4].dominated does not fit the schema; expected type "
                                                      "'boolean', got 'no'"),
    (lambda d: d["points"][4].update(colour="red"), "points[4] does not fit the schema"),
    (lambda d: d["points"][4]["objectives"].pop(),
     "points[4].objectives has the wrong length; expected 2 numbers, got 1"),
    (lambda d: d["points"][4]["evaluation"]["test"]["objectives"].append(1.0),
     "points[4].evaluation.test.objectives has the wrong length; expected 2 numbers, got 3"),
    (lambda d: d["scaling"]["nadir"].pop(), "scaling.nadir has the wrong length"),
    (lambda d: d["problem"]["model"]["input_mean"].pop(), "problem.model.input_mean has the wrong length; expected 3"),
    (lambda d: d["problem"]["model"].update(output_shift=[0.0, 1.0], output_factor=[1.0, 1.0]),
     "problem.model.output_shift has the wrong length; expected 1 numbers, got 2"),
    (lambda d: d["problem"]["model"].update(output_shift=[0.0]), "problem.model does not fit the schema; expected "
                                                                 "dependencies"),
    (lambda d: d["problem"]["model"].update(output_shift=[0.0], output_factor=[0.0]),
     "problem.model.output_factor[0] does not fit the schema; expected exclusiveMinimum 0, got 0.0"),
    (lambda d: d["problem"]["model"].update(output_shift=[2.0], output_factor=[3.0]),
     "problem.model has a scale for its outputs; expected none with the link sigmoid, got output_shift [2.0]"),
    (lambda d: d["problem"]["model"].update(class_names=["grant", "deny"]),
     "problem.model.class_names has the wrong length; expected 1"),
    (lambda d: d["problem"]["data"].update(dropped_rows=-1), "problem.data.dropped_rows does not fit the schema"),
    (lambda d: d["points"][4].update(influence={"fairness": {"first_order": [0.1]}}),
     "points[4].influence.fairness.first_order has the wrong length; expected 2 numbers, got 1"),
    (lambda d: d["points"][4].update(influence={"fairness": {"guessed": [0.1, 0.2]}}),
     "points[4].influence.fairness does not fit the schema"),
    (lambda d: d["problem"].update(groups=[SOFT | {"chance": CHANCE}]), "problem.groups[0] does not fit the schema; "
                                                                        "expected not {'required': ['chance']}"),
    (lambda d: d["problem"].update(groups=[SOFT | {"enforcement": "probabilistic"}]), "problem.groups[0]"),
    (lambda d: d["problem"].update(groups=[SOFT, SOFT]), "group names repeat; expected every name once, got fairness"),
    (lambda d: d["problem"].update(groups=[{k: v for k, v in SOFT.items() if k != "shape"}]),
     "problem.groups[0] lacks shape; expected shape, aggregation"),
    (lambda d: d["points"][4].update(id=3), "point ids repeat; expected every id once, got 3 more than once"),
])
def test_a_wrong_field_is_told_with_its_place(edited, edit, told: str) -> None:
    assert told in refusal(edited("two_objectives_tracing.json", edit))


def test_groups_stand_as_in_the_file_and_old_files_have_none(data: Path, edited) -> None:
    assert read_front(data / "two_objectives_tracing.json").groups == ()
    chance = {key: value for key, value in SOFT.items() if key not in ("shape", "aggregation")}
    chance |= {"name": "budget", "enforcement": "probabilistic", "chance": CHANCE}
    front = read_front(edited("two_objectives_tracing.json", lambda d: d["problem"].update(groups=[SOFT, chance])))
    assert front.groups == (SOFT, chance)


def test_a_file_that_is_no_object_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_text("[1, 2]", encoding="utf-8")
    assert "the file does not fit the schema; expected type 'object', got [1, 2]" in refusal(path)


def test_all_numbers_of_the_frozen_files_are_finite() -> None:
    for path in FROZEN:
        front = read_front(path)
        assert np.isfinite(front.values).all() and math.isfinite(front.indicators["hypervolume"])


def test_coverage_is_read_by_pairs_of_ids_and_old_files_have_none(data: Path, edited) -> None:
    name = "two_objectives_weighted_sum.json"
    assert read_front(data / name).coverage == {}
    segment = {"left": 4, "right": 5, "length": 0.4, "kind": "jump", "decided_by": "probe"}
    front = read_front(edited(name, lambda d: d.update(coverage=[segment])))
    assert front.coverage == {(4, 5): "jump"}


@pytest.mark.parametrize("name, segment, told", [
    ("two_objectives_weighted_sum.json", {"left": 4, "right": 99}, "coverage[0] has no two ends"),
    ("two_objectives_weighted_sum.json", {"left": 4, "right": 4}, "coverage[0] has no two ends"),
    ("two_objectives_weighted_sum.json", {"left": 4, "right": 5, "kind": "hole"}, "coverage[0].kind"),
    ("three_objectives.json", {"left": 0, "right": 1}, "coverage is not for 3 objectives"),
])
def test_coverage_that_cannot_be_is_refused(edited, name: str, segment: dict, told: str) -> None:
    whole = {"length": 0.4, "kind": "jump", "decided_by": "probe"} | segment
    assert told in refusal(edited(name, lambda d: d.update(coverage=[whole])))
