"""Fronts that the drivers really wrote: valid, complete, and rebuilt here from their parameters.

The folder is lending in LIBMOO_FRONTS_DIR, or in fronts of the repository. Beside each front file lies
`<solver>.predictions.csv`: columns row (of the data file, from 0, header not counted), split, and one
column per point (`point_007`) with the predicted probabilities.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest

from analysis.front_json import front_schema
from analysis.fronts import Front, predict, read_front, read_safetensors

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = Path(os.environ.get("LIBMOO_FRONTS_DIR") or REPOSITORY / "fronts") / "lending"
FILES = sorted(FOLDER.glob("*.json"))
TOLERANCE = 1e-9

if "LIBMOO_FRONTS_DIR" not in os.environ and not FOLDER.is_dir():
    pytest.skip("no fronts/lending: make it with scripts/demo, or set LIBMOO_FRONTS_DIR", allow_module_level=True)

each_file = pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in FILES])


def table_of(front: Front) -> pd.DataFrame:
    """The front's data file with yes and no as 1 and 0."""
    table = pd.read_csv(REPOSITORY / front.document["problem"]["data"]["file"], float_precision="round_trip")
    return table.replace({"yes": 1.0, "no": 0.0})


def predictions_of(front: Front) -> pd.DataFrame:
    """What the C++ side predicted. Fails when the file is absent."""
    path = front.path.with_name(f"{front.solver}.predictions.csv")
    assert path.is_file(), f"{path} is absent: the driver writes it beside {front.path.name}"
    return pd.read_csv(path, float_precision="round_trip")


def test_the_folder_holds_fronts() -> None:
    assert FILES, f"no *.json in {FOLDER}: make them with scripts/demo"


@each_file
def test_the_file_fits_the_schema(path: Path) -> None:
    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), front_schema(), jsonschema.Draft7Validator)
    read_front(path)


@each_file
def test_every_number_is_finite(path: Path) -> None:
    tokens: list[str] = []
    json.loads(path.read_text(encoding="utf-8"), parse_constant=tokens.append,
               parse_float=lambda text: None if np.isfinite(float(text)) else tokens.append(text))
    assert tokens == []


@each_file
def test_the_data_file_is_the_one_of_the_run(path: Path) -> None:
    data = read_front(path).document["problem"]["data"]
    content = (REPOSITORY / data["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == data["sha256"]
    assert len(content.splitlines()) == data["rows"] + 1


@each_file
def test_every_point_has_its_tensors_and_every_tensor_its_point(path: Path) -> None:
    front = read_front(path)
    points = front.document["points"]
    assert [point["parameters"] for point in points] == [f"point_{point['id']:03d}" for point in points]
    widths = front.document["problem"]["model"]["layers"]
    shapes = {}
    for layer, (fan_in, fan_out) in enumerate(zip(widths, widths[1:])):
        shapes[f"layers.{layer}.weight"] = (fan_out, fan_in)
        shapes[f"layers.{layer}.bias"] = (fan_out,)
    tensors = read_safetensors(path.parent / front.document["parameters_file"])
    expected = {f"{point['parameters']}/{name}": shape for point in points for name, shape in shapes.items()}
    assert {name: tensor.shape for name, tensor in tensors.items()} == expected
    assert all(tensor.dtype == np.float64 and np.isfinite(tensor).all() for tensor in tensors.values())


@each_file
def test_predictions_are_rebuilt_from_the_parameters(path: Path) -> None:
    front = read_front(path)
    written = predictions_of(front)
    assert list(written.columns[:2]) == ["row", "split"] and len(written.columns) > 2 and len(written) > 0
    inputs = table_of(front)[front.document["problem"]["data"]["inputs"]].to_numpy(dtype=float)[written["row"]]
    ids = {point["parameters"]: point["id"] for point in front.document["points"]}
    for name in written.columns[2:]:
        rebuilt = predict(front, ids[name], inputs)[:, 0]
        np.testing.assert_allclose(rebuilt, written[name], rtol=0, atol=TOLERANCE, err_msg=name)


@each_file
def test_cross_entropy_is_rebuilt_from_the_predictions(path: Path) -> None:
    """On every split of which the predictions hold all rows; `no weight decay in it`, says the schema."""
    front = read_front(path)
    data, written = front.document["problem"]["data"], predictions_of(front)
    target = table_of(front)[data["target"]].to_numpy(dtype=float)
    column = front.names.index("cross_entropy")
    places = {point["parameters"]: index for index, point in enumerate(front.document["points"])}
    compared = 0
    for split, rows in written.groupby("split"):
        if split not in front.splits or rows["row"].nunique() != data["splits"].get(split):
            continue
        labels = target[rows["row"]]
        for name in written.columns[2:]:
            likelihood = np.where(labels == 1.0, rows[name], 1.0 - rows[name])
            stored = front.raw(split)[places[name], column]
            assert -np.log(likelihood).mean() == pytest.approx(stored, rel=0, abs=TOLERANCE), (name, split)
            compared += 1
    if not compared:
        pytest.skip(f"{front.solver}.predictions.csv holds no split whole")
