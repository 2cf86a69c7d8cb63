"""Front files as arrays, and the networks stored beside them.

Sizes: points = points in the file, m = objectives, rows = data rows.
Nothing the file already holds (dominance, indicators, rates) is computed again here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from analysis.front_json import FrontError, listed, read_document

Array = np.ndarray


@dataclass(frozen=True)
class Objective:
    """One number that was minimised."""

    name: str
    kind: str
    group: str
    unit: str
    enforcement: str
    tolerance: float | None = None

    @property
    def label(self) -> str:
        """Name and unit as written on an axis: `cross_entropy [nats]`."""
        return f"{self.name} [{self.unit}]" if self.unit else self.name


@dataclass(frozen=True, eq=False)
class Front:
    """A front file; arrays have one row per point, in the order of the file."""

    path: Path
    solver: str
    problem: str
    status: str
    objectives: tuple[Objective, ...]
    ids: Array  # (points,)
    values: Array  # (points, m) as minimised: weight decay included
    dominated: Array  # (points,) bool
    converged: Array  # (points,) bool
    feasible: Array  # (points,) bool
    kkt_residuals: Array  # (points,)
    evaluation: Mapping[str, Array]  # split -> (points, m) raw objectives, NaN where not evaluated
    evaluated: Array  # (points,) bool: the point has an evaluation on some split
    ideal: Array  # (m,) of the scaling the solver worked with
    nadir: Array  # (m,)
    indicators: Mapping[str, Any]
    totals: Mapping[str, Any]
    document: Mapping[str, Any]  # the whole file, for everything else

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the objectives."""
        return tuple(objective.name for objective in self.objectives)

    @property
    def groups(self) -> tuple[Mapping[str, Any], ...]:
        """The constraint groups of the run as they stand in the file; none in files that do not record them."""
        return tuple(self.document["problem"].get("groups", ()))

    @property
    def coverage(self) -> Mapping[tuple[int, int], str]:
        """What is known about the front between neighbours: ids (left, right) -> supported, nonconvex, jump,
        disconnected or unresolved. Empty in files that do not say."""
        return {(segment["left"], segment["right"]): segment["kind"] for segment in self.document.get("coverage", ())}

    @property
    def splits(self) -> tuple[str, ...]:
        """Splits on which at least one point was evaluated."""
        return tuple(self.evaluation)

    @property
    def scaled(self) -> Array:
        """`values` in the solver's units (f - ideal) / (nadir - ideal), shape (points, m)."""
        width = self.nadir - self.ideal
        return (self.values - self.ideal) / np.where(width > 0, width, 1.0)

    def raw(self, split: str) -> Array:
        """Raw objectives on `split`, shape (points, m).

        A point without any evaluation stands with its minimised values on `train` and with NaN
        elsewhere: what was minimised says nothing about held-out data.
        """
        rows = np.full_like(self.values, np.nan) if split not in self.evaluation else self.evaluation[split]
        return np.where(self.evaluated[:, None], rows, self.values) if split == "train" else rows

    def point(self, point_id: int) -> Mapping[str, Any]:
        """The point with this id, as it stands in the file. Throws: FrontError."""
        for point in self.document["points"]:
            if point["id"] == point_id:
                return point
        raise FrontError(
            "Front.point", f"{self.path} has no point {point_id}", expected="one of " + listed(self.ids),
            got=point_id, hint="ids are in the field points[].id")


def read_front(path: str | Path) -> Front:
    """Reads and checks one front file. Throws: FrontError."""
    path = Path(path)
    document = read_document(path)
    points = document["points"]
    m = len(document["problem"]["objectives"])
    splits = dict.fromkeys(split for point in points for split in point.get("evaluation", {}))

    def column(name: str, dtype: type) -> Array:
        return np.array([point[name] for point in points], dtype=dtype)

    def on_split(split: str) -> Array:
        missing = {"objectives": [math.nan] * m}
        return np.array([point.get("evaluation", {}).get(split, missing)["objectives"] for point in points])

    return Front(
        path=path,
        solver=document["solver"]["id"],
        problem=document["problem"]["name"],
        status=document["status"],
        objectives=tuple(Objective(**objective) for objective in document["problem"]["objectives"]),
        ids=column("id", int),
        values=column("objectives", float).reshape(len(points), m),
        dominated=column("dominated", bool),
        converged=column("converged", bool),
        feasible=column("feasible", bool),
        kkt_residuals=column("kkt_residual", float),
        evaluation={split: on_split(split) for split in splits},
        evaluated=np.array([bool(point.get("evaluation")) for point in points], dtype=bool),
        ideal=np.array(document["scaling"]["ideal"], dtype=float),
        nadir=np.array(document["scaling"]["nadir"], dtype=float),
        indicators=document["indicators"],
        totals=document["totals"],
        document=document,
    )


def read_safetensors(path: str | Path) -> dict[str, Array]:
    """Every tensor of a safetensors file by name; numbers keep their stored type.

    Layout: 8 bytes little-endian header length, JSON header (dtype, shape, data_offsets), raw data.
    Throws: FrontError.
    Source: the safetensors format, https://huggingface.co/docs/safetensors, section Format.
    """
    path = Path(path)

    def refuse(expected: object, got: object) -> FrontError:
        return FrontError(
            "read_safetensors", f"{path} is not readable as safetensors", expected=expected, got=got,
            hint="the file may be cut off; write it again with its front file")

    try:
        content = path.read_bytes()
    except OSError as error:
        raise FrontError(
            "read_safetensors", f"cannot read {path}", expected="a safetensors file", got=error.strerror,
            hint="it lies beside the front file that names it in parameters_file") from error
    start = 8 + int.from_bytes(content[:8], "little")
    if len(content) < max(start, 8):
        raise refuse(f"at least {max(start, 8)} bytes", len(content))
    try:
        header = json.loads(content[8:start])
        entries = {name: entry for name, entry in header.items() if name != "__metadata__"}
        described = [
            (name, str(entry["dtype"]), tuple(map(int, entry["shape"])), *map(int, entry["data_offsets"][:2]))
            for name, entry in entries.items()]
    except (ValueError, AttributeError, KeyError, TypeError) as error:
        raise refuse("a JSON header with dtype, shape and data_offsets", repr(error)) from error
    tensors = {}
    for name, dtype, shape, begin, end in described:
        if dtype not in _DTYPES:
            raise refuse(f"{name} of a type in {listed(_DTYPES)}", dtype)
        size = np.dtype(_DTYPES[dtype]).itemsize * math.prod(shape)
        if end - begin != size or not 0 <= begin <= end <= len(content) - start:
            raise refuse(
                f"{name} as {size} bytes within {len(content) - start} bytes of data", f"bytes {begin} to {end}")
        tensors[name] = np.frombuffer(content[start + begin:start + end], dtype=_DTYPES[dtype]).reshape(shape)
    return tensors


def predict(front: Front, point_id: int, inputs: Array) -> Array:
    """Predictions of one point's network, shape (rows, outputs), after the link and in the targets' own unit.

    inputs: (rows, input columns) in the data's own units, columns as in problem.data.inputs.
    Throws: FrontError.
    """
    model = front.document["problem"].get("model")
    prefix = front.point(point_id).get("parameters")
    side_file = front.document.get("parameters_file")
    for field, value in {"problem.model": model, "parameters_file": side_file, "points[].parameters": prefix}.items():
        if value is None:
            raise FrontError(
                "predict", f"{front.path} holds no network for point {point_id}", expected=f"the field {field}",
                got="none", hint="only fronts of trained models, saved with their parameters, can predict")
    widths = model["layers"]
    values = np.asarray(inputs, dtype=float)
    if values.ndim != 2 or values.shape[1] != widths[0]:
        raise FrontError(
            "predict", "the inputs have the wrong shape", expected=f"(rows, {widths[0]})", got=values.shape,
            hint="give one column per entry of problem.data.inputs")
    tensors = read_safetensors(front.path.parent / side_file)

    def tensor(name: str, shape: tuple[int, ...]) -> Array:
        found = tensors.get(f"{prefix}/{name}")
        if found is None or found.shape != shape:
            raise FrontError(
                "predict", f"{side_file} does not fit {front.path.name}", expected=f"{prefix}/{name} of shape {shape}",
                got="none" if found is None else f"shape {found.shape}", hint="are both files of one run?")
        return found

    values = (values - model["input_mean"]) / model["input_scale"]
    tables = model.get("embeddings", [])
    looked_up = []
    for place, shape in enumerate(tables):
        table = tensor(f"embeddings.{place}.table", (shape["dimension"], shape["count"])).T
        index = values[:, place]
        if not np.isin(index, np.arange(shape["count"])).all():
            raise FrontError(
                "predict", f"input {place} is no index of its embedding",
                expected=f"whole numbers from 0 to {shape['count'] - 1}", got=f"{index.min()} to {index.max()}",
                hint="the tables belong to the people, words or things of the training data")
        looked_up.append(table[index.astype(int)])
    values = np.hstack([*looked_up, values[:, len(tables):]])
    widths = [values.shape[1], *widths[1:]]
    for layer, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        if layer > 0:
            values = _ACTIVATIONS[model["activation"]](values)
        values = values @ tensor(f"layers.{layer}.weight", (fan_out, fan_in)).T
        values = values + tensor(f"layers.{layer}.bias", (fan_out,))
    values = _LINKS[model["link"]](values)
    if model.get("output_factor"):
        values = model["output_shift"] + model["output_factor"] * values
    return values


def _sigmoid(z: Array) -> Array:
    return np.exp(-np.logaddexp(0.0, -z))


def _softmax(z: Array) -> Array:
    grown = np.exp(z - z.max(axis=1, keepdims=True))
    return grown / grown.sum(axis=1, keepdims=True)


_DTYPES = {
    "F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "I32": "<i4", "I16": "<i2", "I8": "i1",
    "U64": "<u8", "U32": "<u4", "U16": "<u2", "U8": "u1", "BOOL": "?"}
_ACTIVATIONS: Mapping[str, Callable[[Array], Array]] = {
    "tanh": np.tanh,
    "softplus": lambda z: np.logaddexp(0.0, z),
    "silu": lambda z: z * _sigmoid(z),
    "sigmoid": _sigmoid,
    "relu": lambda z: np.maximum(z, 0.0),
    "identity": lambda z: z,
}
_LINKS: Mapping[str, Callable[[Array], Array]] = {"identity": lambda z: z, "sigmoid": _sigmoid, "softmax": _softmax}
