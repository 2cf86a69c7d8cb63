"""Reading safetensors, and rebuilding predictions from them."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest

from analysis.front_json import FrontError
from analysis.fronts import Front, predict, read_front, read_safetensors

DTYPES = {np.dtype("<f8"): "F64", np.dtype("<f4"): "F32", np.dtype("<i8"): "I64", np.dtype("?"): "BOOL"}
SCALAR: dict[str, Callable[[float], float]] = {  # one number at a time, written apart from the script
    "tanh": math.tanh,
    "softplus": lambda z: math.log1p(math.exp(z)),
    "silu": lambda z: z / (1.0 + math.exp(-z)),
    "sigmoid": lambda z: 1.0 / (1.0 + math.exp(-z)),
    "relu": lambda z: z if z > 0.0 else 0.0,
    "identity": lambda z: z,
}
INPUTS = np.array([[0.30, 0.20, 1.0], [0.55, 0.41, 0.0], [0.05, 0.00, 1.0], [0.33, 0.255, 0.0]])


def write_safetensors(path: Path, tensors: Mapping[str, np.ndarray]) -> None:
    """The format by the book, with the optional metadata."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    data = b""
    for name, tensor in tensors.items():
        begin, data = len(data), data + tensor.tobytes()
        header[name] = {"dtype": DTYPES[tensor.dtype], "shape": tensor.shape, "data_offsets": [begin, len(data)]}
    text = json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data)


def with_network(edited, layers: list[int], activation: str, link: str) -> tuple[Front, dict[str, np.ndarray]]:
    """A front whose point 2 has a random network beside it (seed 7), and the network's tensors."""
    def edit(document: dict) -> None:
        document["problem"]["model"].update(layers=layers, activation=activation, link=link)
        document["parameters_file"] = "front.safetensors"
        document["points"][2]["parameters"] = "point_002"
    random = np.random.default_rng(7)
    tensors = {}
    for layer, (fan_in, fan_out) in enumerate(zip(layers, layers[1:])):
        tensors[f"point_002/layers.{layer}.weight"] = random.standard_normal((fan_out, fan_in))
        tensors[f"point_002/layers.{layer}.bias"] = random.standard_normal(fan_out)
    front = read_front(edited("two_objectives_tracing.json", edit))
    write_safetensors(front.path.parent / "front.safetensors", tensors)
    return front, tensors


def by_hand(front: Front, tensors: Mapping[str, np.ndarray], row: np.ndarray, link: str) -> list[float]:
    """One row through the network with plain loops over numbers."""
    model = front.document["problem"]["model"]
    values = [(x - mean) / scale for x, mean, scale in zip(row, model["input_mean"], model["input_scale"])]
    last = len(model["layers"]) - 2
    for layer in range(last + 1):
        weight, bias = tensors[f"point_002/layers.{layer}.weight"], tensors[f"point_002/layers.{layer}.bias"]
        values = [sum(w * v for w, v in zip(weight[k], values)) + bias[k] for k in range(len(bias))]
        if layer < last:
            values = [SCALAR[model["activation"]](v) for v in values]
    if link == "softmax":
        return [math.exp(v) / sum(map(math.exp, values)) for v in values]
    return [SCALAR[link](v) for v in values]


def test_tensors_come_back_with_their_types_shapes_and_values(tmp_path: Path) -> None:
    written = {"a": np.arange(6.0).reshape(2, 3), "b": np.array([1.5, -2.5], dtype="<f4"), "c": np.array(7),
               "d": np.array([True, False]), "e": np.zeros((0, 4))}
    write_safetensors(tmp_path / "t.safetensors", written)
    read = read_safetensors(tmp_path / "t.safetensors")
    assert list(read) == list(written)
    for name, tensor in written.items():
        assert read[name].dtype == tensor.dtype and read[name].shape == tensor.shape
        np.testing.assert_array_equal(read[name], tensor)


def test_the_bytes_of_the_public_format_are_understood(tmp_path: Path) -> None:
    header = b'{"w":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]}}   '  # padded with spaces, as is allowed
    content = bytes([len(header), 0, 0, 0, 0, 0, 0, 0]) + header + bytes.fromhex("000000000000f03f00000000000000c0")
    (tmp_path / "w.safetensors").write_bytes(content)
    np.testing.assert_array_equal(read_safetensors(tmp_path / "w.safetensors")["w"], [[1.0, -2.0]])


@pytest.mark.parametrize("content, told", [
    (b"", "expected at least 8 bytes, got 0"),
    (b"\xff" * 7 + b"\x7f", "bytes, got 8"),
    (b"\x02" + bytes(7) + b"[]", "expected a JSON header with dtype, shape and data_offsets"),
    (b"\x02" + bytes(7) + b"{,", "expected a JSON header"),
])
def test_a_file_that_is_not_safetensors_is_refused(tmp_path: Path, content: bytes, told: str) -> None:
    path = tmp_path / "bad.safetensors"
    path.write_bytes(content)
    with pytest.raises(FrontError) as caught:
        read_safetensors(path)
    assert f"{path} is not readable as safetensors" in str(caught.value) and told in str(caught.value)


@pytest.mark.parametrize("entry, told", [
    ({"dtype": "F64", "shape": [2], "data_offsets": [0, 16]}, "expected w as 16 bytes within 8 bytes of data"),
    ({"dtype": "F64", "shape": [2], "data_offsets": [0, 8]}, "expected w as 16 bytes"),
    ({"dtype": "F64", "shape": [1], "data_offsets": [-8, 0]}, "got bytes -8 to 0"),
    ({"dtype": "Q9", "shape": [1], "data_offsets": [0, 8]}, "expected w of a type in F64, F32"),
    ({"dtype": "F64", "shape": [1]}, "KeyError('data_offsets')"),
])
def test_a_wrong_tensor_entry_is_refused(tmp_path: Path, entry: dict, told: str) -> None:
    text = json.dumps({"w": entry}).encode()
    (tmp_path / "w.safetensors").write_bytes(len(text).to_bytes(8, "little") + text + bytes(8))
    with pytest.raises(FrontError) as caught:
        read_safetensors(tmp_path / "w.safetensors")
    assert told in str(caught.value)


def test_a_missing_parameters_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(FrontError, match="cannot read .*none.safetensors; expected a safetensors file, got No such"):
        read_safetensors(tmp_path / "none.safetensors")


@pytest.mark.parametrize("activation", SCALAR)
@pytest.mark.parametrize("link, outputs", [("identity", 1), ("sigmoid", 1), ("softmax", 3)])
def test_predictions_agree_with_plain_loops(edited, activation: str, link: str, outputs: int) -> None:
    front, tensors = with_network(edited, [3, 5, 4, outputs], activation, link)
    expected = [by_hand(front, tensors, row, link) for row in INPUTS]
    np.testing.assert_allclose(predict(front, 2, INPUTS), expected, rtol=1e-13, atol=1e-14)


def test_a_network_without_hidden_layer_is_linear_before_its_link(edited) -> None:
    front, tensors = with_network(edited, [3, 1], "tanh", "sigmoid")
    np.testing.assert_allclose(
        predict(front, 2, INPUTS), [by_hand(front, tensors, row, "sigmoid") for row in INPUTS], rtol=1e-13)


def test_predictions_are_in_the_unit_of_the_targets(edited) -> None:
    front, tensors = with_network(edited, [3, 5, 2], "silu", "identity")
    raw = np.array([by_hand(front, tensors, row, "identity") for row in INPUTS])
    def scale(document: dict) -> None:
        document["problem"]["model"].update(output_shift=[40.0, -3.0], output_factor=[8.0, 0.5])
        document["problem"]["model"].update(layers=[3, 5, 2], activation="silu", link="identity")
        document["parameters_file"] = "front.safetensors"
        document["points"][2]["parameters"] = "point_002"
    scaled = read_front(edited("two_objectives_tracing.json", scale))
    expected = np.column_stack([40.0 + 8.0 * raw[:, 0], -3.0 + 0.5 * raw[:, 1]])
    np.testing.assert_allclose(predict(scaled, 2, INPUTS), expected, rtol=1e-13, atol=1e-14)
    assert not np.allclose(expected, raw)


def test_an_embedding_puts_a_vector_in_the_place_of_an_index(edited) -> None:
    def embed(document: dict) -> None:
        model = document["problem"]["model"]
        model.update(layers=[3, 5, 1], activation="tanh", link="identity", embeddings=[{"count": 2, "dimension": 2}])
        model["input_mean"][0], model["input_scale"][0] = 0.0, 1.0
        document["parameters_file"] = "front.safetensors"
        document["points"][2]["parameters"] = "point_002"
    front = read_front(edited("two_objectives_tracing.json", embed))
    table = np.array([[0.5, -1.0], [0.25, 2.0]])  # two vectors of two, (0.5, 0.25) and (-1, 2)
    random = np.random.default_rng(8)
    first, bias, last = random.standard_normal((5, 4)), random.standard_normal(5), random.standard_normal((1, 5))
    write_safetensors(front.path.parent / "front.safetensors", {
        "point_002/embeddings.0.table": table, "point_002/layers.0.weight": first, "point_002/layers.0.bias": bias,
        "point_002/layers.1.weight": last, "point_002/layers.1.bias": np.zeros(1)})
    model = front.document["problem"]["model"]
    inputs = np.array([[0.0, 0.4, 1.0], [1.0, 0.1, 0.0], [0.0, 0.0, 1.0]])
    dense = (inputs[:, 1:] - np.array(model["input_mean"][1:])) / model["input_scale"][1:]
    looked_up = np.column_stack([[0.5, -1.0, 0.5], [0.25, 2.0, 0.25], dense])
    expected = np.tanh(looked_up @ first.T + bias) @ last.T
    np.testing.assert_allclose(predict(front, 2, inputs), expected, rtol=1e-13, atol=1e-14)
    with pytest.raises(FrontError, match="input 0 is no index of its embedding; expected whole numbers from 0 to 1"):
        predict(front, 2, inputs + 0.5)


@pytest.mark.parametrize("activation", SCALAR)
@pytest.mark.parametrize("link", ["sigmoid", "softmax"])
@pytest.mark.filterwarnings("error")
def test_huge_inputs_neither_overflow_nor_warn(edited, activation: str, link: str) -> None:
    front, _ = with_network(edited, [3, 4, 2], activation, link)
    predicted = predict(front, 2, 1e5 * (INPUTS - 0.3))
    assert np.isfinite(predicted).all() and (predicted >= 0).all() and (predicted <= 1).all()


def test_what_predict_needs_and_does_not_find_is_told(edited, data: Path) -> None:
    with pytest.raises(FrontError, match="holds no network for point 0; expected the field problem.model"):
        predict(read_front(data / "without_evaluation.json"), 0, INPUTS)
    with pytest.raises(FrontError, match="expected the field parameters_file"):
        predict(read_front(data / "two_objectives_tracing.json"), 2, INPUTS)
    front, tensors = with_network(edited, [3, 4, 1], "tanh", "sigmoid")
    with pytest.raises(FrontError, match=r"expected the field points\[\].parameters"):
        predict(front, 3, INPUTS)
    with pytest.raises(FrontError, match=r"inputs have the wrong shape; expected \(rows, 3\), got \(4, 2\)"):
        predict(front, 2, INPUTS[:, :2])
    with pytest.raises(FrontError, match="has no point 99"):
        predict(front, 99, INPUTS)
    tensors["point_002/layers.1.weight"] = tensors["point_002/layers.1.weight"].T
    write_safetensors(front.path.parent / "front.safetensors", tensors)
    with pytest.raises(FrontError, match=r"point_002/layers.1.weight of shape \(1, 4\), got shape \(4, 1\)"):
        predict(front, 2, INPUTS)
    del tensors["point_002/layers.1.weight"]
    write_safetensors(front.path.parent / "front.safetensors", tensors)
    with pytest.raises(FrontError, match=r"point_002/layers.1.weight of shape \(1, 4\), got none"):
        predict(front, 2, INPUTS)
