"""Front files as JSON documents: found, parsed, checked against the schema, or refused in one line."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jsonschema

SCHEMA_FILE = Path(__file__).resolve().parents[1] / "libmoo" / "io" / "front.schema.json"


class FrontError(ValueError):
    """A mistake in a file or in a request, told in one line: who, what, expected, got, hint."""

    def __init__(self, who: str, what: str, *, expected: object, got: object, hint: str) -> None:
        line = f"{who}: {what}; expected {expected}, got {got}; hint: {hint}"
        super().__init__(" ".join(line.split()))


def read_document(path: Path) -> Mapping[str, Any]:
    """The JSON object in `path`, sure to be a front file of the known version. Throws: FrontError."""
    document = _parse(path)
    _check_schema(path, document)
    _check_sizes(path, document)
    return document


@functools.cache
def front_schema() -> Mapping[str, Any]:
    """The schema of front files, as the library publishes it."""
    return json.loads(SCHEMA_FILE.read_text(encoding="utf-8"))


def _finite(token: str) -> float:
    """A JSON number; refuses NaN, Infinity and what overflows to it."""
    number = float(token)
    if not math.isfinite(number):
        raise ValueError(f"{token} is not a finite number")
    return number


def _parse(path: Path) -> Any:
    try:
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise FrontError(
            "read_front", f"cannot read {path}", expected="a front file", got=error.strerror,
            hint="check the path; the drivers in experiments/ write these files") from error
    except UnicodeDecodeError as error:
        raise _not_json(path, error) from error
    try:
        return json.loads(text, parse_constant=_finite, parse_float=_finite)
    except ValueError as error:
        raise _not_json(path, error) from error


def _not_json(path: Path, error: ValueError) -> FrontError:
    return FrontError(
        "read_front", f"{path} is not valid JSON", expected="one JSON object with finite numbers", got=error,
        hint="the file may be cut off or edited; write it again")


def _check_schema(path: Path, document: Any) -> None:
    """The version first, since it explains every other difference; then the whole schema."""
    known = front_schema()["properties"]["schema_version"]["const"]
    if isinstance(document, dict) and document.get("schema_version", known) != known:
        raise FrontError(
            "read_front", f"{path} has another schema_version", expected=repr(known),
            got=repr(document["schema_version"]), hint="read it with the scripts of the version that wrote it")
    errors = jsonschema.Draft7Validator(front_schema()).iter_errors(document)
    error = min(errors, key=lambda each: [str(part) for part in each.absolute_path], default=None)
    if error is None:
        return
    where = error.json_path.removeprefix("$").removeprefix(".") or "the file"
    hint = "docs/front_file.md explains every field"
    if error.validator == "required":
        absent = [name for name in error.validator_value if name not in error.instance]
        raise FrontError(
            "read_front", f"{path}: {where} lacks {listed(absent)}", expected=listed(error.validator_value),
            got=listed(error.instance) or "no field", hint=hint)
    raise FrontError(
        "read_front", f"{path}: {where} does not fit the schema",
        expected=f"{error.validator} {_shortened(error.validator_value)}", got=_shortened(error.instance), hint=hint)


def _check_sizes(path: Path, document: Mapping[str, Any]) -> None:
    """What a JSON schema cannot say: vectors of m numbers, input columns, every id once."""
    m = len(document["problem"]["objectives"])
    sizes = {f"scaling.{end}": (len(document["scaling"][end]), m) for end in ("ideal", "nadir")}
    for index, point in enumerate(document["points"]):
        sizes[f"points[{index}].objectives"] = (len(point["objectives"]), m)
        for split, evaluation in point.get("evaluation", {}).items():
            sizes[f"points[{index}].evaluation.{split}.objectives"] = (len(evaluation["objectives"]), m)
        for group, influence in point.get("influence", {}).items():
            sizes |= {f"points[{index}].influence.{group}.{kind}": (len(numbers), m)
                      for kind, numbers in influence.items()}
    _check_coverage(path, document, m)
    model = document["problem"].get("model")
    if model:
        for name in ("input_mean", "input_scale"):
            sizes[f"problem.model.{name}"] = (len(model[name]), model["layers"][0] if model["layers"] else 0)
        for name in ("output_shift", "output_factor", "class_names"):
            if model.get(name):
                sizes[f"problem.model.{name}"] = (len(model[name]), model["layers"][-1] if model["layers"] else 0)
    for where, (size, wanted) in sizes.items():
        if size != wanted:
            raise FrontError(
                "read_front", f"{path}: {where} has the wrong length", expected=f"{wanted} numbers", got=size,
                hint="one per entry of problem.objectives, or one per input or output of the model")
    _check_once(path, "point ids", "id", [point["id"] for point in document["points"]])
    _check_once(path, "group names", "name", [group["name"] for group in document["problem"].get("groups", [])])
    if model and model.get("output_shift") and model["link"] != "identity":
        raise FrontError(
            "read_front", f"{path}: problem.model has a scale for its outputs",
            expected="none with the link " + model["link"], got=f"output_shift {_shortened(model['output_shift'])}",
            hint="probabilities have no scale of their own")


def _check_coverage(path: Path, document: Mapping[str, Any], m: int) -> None:
    """Segments lie between points of the file, and only two objectives have any."""
    segments = document.get("coverage", [])
    if segments and m != 2:
        raise FrontError(
            "read_front", f"{path}: coverage is not for {m} objectives", expected="none", got=len(segments),
            hint="neighbours along a front exist with two objectives")
    ids = {point["id"] for point in document["points"]}
    for index, segment in enumerate(segments):
        unknown = {segment["left"], segment["right"]} - ids
        if unknown or segment["left"] == segment["right"]:
            raise FrontError(
                "read_front", f"{path}: coverage[{index}] has no two ends", expected="ids of two points",
                got=f"{segment['left']} and {segment['right']}", hint="was the file put together from two runs?")


def _check_once(path: Path, what: str, each: str, values: list) -> None:
    """Refuses a value that is there more than once."""
    twice = sorted({value for value in values if values.count(value) > 1})
    if twice:
        raise FrontError(
            "read_front", f"{path}: {what} repeat", expected=f"every {each} once",
            got=listed(twice) + " more than once", hint="was the file put together from two runs?")


def listed(items: Iterable[object]) -> str:
    """Items as one reads them aloud: `a, b, c`."""
    return ", ".join(str(item) for item in items)


def _shortened(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
