"""Rewrites NanoDet from its TensorFlow.js graph as a lean ONNX graph that sees persons only.

The source graph was itself made from ONNX by a tool that wrapped every convolution in two
transposes, a padding and an addition. Here each tensor is carried with the permutation that
relates it to its NCHW storage, so transposes vanish, and paddings and biases return into the
convolutions they belong to.
"""

import json
import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 17, 9
SOURCE_SIDE = 416  # the square input that the published graph was frozen at
CLASSES, BINS = 80, 11
REG = 4 * BINS
PERSON = 0  # first of the COCO classes
# Maps that show a head's surroundings: the neck's finest, the backbone's at strides 4 and 8.
FEATURES = ("Add_107", "Concat_12", "Concat_27")
FEATURE_STRIDE, FEATURE_CHANNELS = 16, 320
STORED = (0, 1, 2, 3)  # NCHW, as all our values of four axes are
CHANNELS_LAST = (0, 2, 3, 1)

Array = NDArray[Any]


@dataclass(frozen=True)
class Tensor:
    """A value of the source: our value `name` transposed by `order`."""

    name: str
    order: tuple[int, ...]
    stride: int  # pixels of the input per cell
    pads: tuple[int, ...] = (0, 0, 0, 0)  # top, left, bottom, right; waits for its convolution


def read_weights(folder: Path, model: dict[str, Any]) -> dict[str, Array]:
    """Every constant of the source, fp16 widened to fp32, heads cut down to the person class."""
    manifest = model["weightsManifest"]
    blob = b"".join((folder / path).read_bytes() for group in manifest for path in group["paths"])
    weights: dict[str, Array] = {}
    offset = 0
    for entry in (entry for group in manifest for entry in group["weights"]):
        stored = np.dtype(entry.get("quantization", entry)["dtype"])
        size = math.prod(entry["shape"])
        value: Array = np.frombuffer(blob, stored, size, offset).reshape(entry["shape"])
        offset += size * stored.itemsize
        if stored == np.float16:
            value = value.astype(np.float32)
        if value.ndim and value.shape[-1] == CLASSES + REG:
            value = value[..., [PERSON, *range(CLASSES, CLASSES + REG)]]
        weights[entry["name"]] = value
    if offset != len(blob):
        raise ValueError(f"{folder}: weights are {len(blob)} bytes, the graph names {offset}")
    return weights


class Converter:
    """Walks the source from its outputs towards its input and writes what they need."""

    def __init__(self, model: dict[str, Any], weights: dict[str, Array]) -> None:
        self._source = {node["name"]: node for node in model["modelTopology"]["node"]}
        self._weights = weights
        self._done: dict[str, list[Tensor]] = {}
        self.nodes: list[onnx.NodeProto] = []
        self.constants: dict[str, Array] = {}

    def tensor(self, reference: str) -> Tensor:
        """The value that `name` or `name:port` of the source stands for."""
        name, _, port = reference.partition(":")
        if name not in self._done:
            self._done[name] = self._convert(self._source[name])
        return self._done[name][int(port or 0)]

    def output(self, reference: str, kind: str) -> Tensor:
        """Name the value, its axes in the source's order, as an output of the graph."""
        value = self.tensor(reference)
        name = f"{kind}{value.stride}"
        self._node("Transpose", [value.name], [name], perm=value.order)
        return replace(value, name=name, order=tuple(range(len(value.order))))

    def features(self, names: tuple[str, ...]) -> None:
        """Average the named maps over cells of FEATURE_STRIDE pixels, as one output `features`."""
        cells = []
        for name in names:
            value = self.tensor(next(each for each in self._source if _plain(each) == name))
            side = FEATURE_STRIDE // value.stride
            cells.append(f"{value.name}.cells")
            window = {"kernel_shape": [side, side], "strides": [side, side]}
            self._node("AveragePool", [value.name], [cells[-1]], **window)
        self._node("Concat", cells, ["features"], axis=1)

    def _node(self, kind: str, inputs: list[str], outputs: list[str], **attributes: Any) -> None:  # noqa: ANN401 - what ONNX takes

        self.nodes.append(helper.make_node(kind, inputs, outputs, name=outputs[0], **attributes))

    def _constant(self, name: str, value: Array) -> str:
        self.constants[name] = np.ascontiguousarray(value)
        return name

    def _convert(self, node: dict[str, Any]) -> list[Tensor]:
        name = _plain(node["name"])
        references = node.get("input", [])
        if node["op"] == "Placeholder":
            return [Tensor("images", STORED, 1)]
        value = self.tensor(references[0])
        constant = self._weights.get(references[1]) if len(references) > 1 else None
        match node["op"], constant:
            case "SplitV", np.ndarray():
                return self._split(name, value)
            case "Identity", _:
                converted = value
            case "Transpose", np.ndarray():
                converted = replace(value, order=tuple(value.order[axis] for axis in constant))
            case "Pad" | "PadV2", np.ndarray():
                converted = replace(value, pads=_stored_pads(value, constant))
            case "Conv2D" | "MaxPool", _:
                converted = self._window(node, name, value, constant)
            case "Add", np.ndarray():
                converted = self._bias(value, constant)
            case "ResizeBilinear", np.ndarray():
                converted = self._resize(node, name, value, int(constant[0]))
            case "Reshape", _:
                converted = self._flatten(name, value)
            case _:
                converted = self._elementwise(node, name, value)
        return [converted]

    def _window(
        self, node: dict[str, Any], name: str, value: Tensor, kernel: Array | None
    ) -> Tensor:
        _expect(value.order == CHANNELS_LAST, f"{name} is not fed with channels last")
        step = int(node["attr"]["strides"]["list"]["i"][1])
        shared = {"strides": [step, step], "pads": value.pads}
        if kernel is None:
            side = int(node["attr"]["ksize"]["list"]["i"][1])
            self._node("MaxPool", [value.name], [name], kernel_shape=[side, side], **shared)
        else:
            weight = self._constant(f"{name}.weight", kernel.transpose(3, 2, 0, 1))
            shape = kernel.shape[:2]
            self._node("Conv", [value.name, weight], [name], kernel_shape=shape, **shared)
        return Tensor(name, CHANNELS_LAST, value.stride * step)

    def _bias(self, value: Tensor, bias: Array) -> Tensor:
        convolution = self.nodes[-1]
        _expect(list(convolution.output) == [value.name], f"{value.name} has a stray bias")
        convolution.input.append(self._constant(f"{value.name}.bias", bias.reshape(-1)))
        return value

    def _resize(self, node: dict[str, Any], name: str, value: Tensor, side: int) -> Tensor:
        _expect(value.order == CHANNELS_LAST, f"{name} is not fed with channels last")
        _expect(node["attr"]["half_pixel_centers"]["b"], f"{name} does not sample pixel centres")
        stride = SOURCE_SIDE // side
        scale = value.stride / stride
        scales = self._constant(f"{name}.scales", np.array([1, 1, scale, scale], np.float32))
        self._node("Resize", [value.name, "", scales], [name], mode="linear")
        return Tensor(name, CHANNELS_LAST, stride)

    def _split(self, name: str, value: Tensor) -> list[Tensor]:
        _expect(value.order == STORED, f"{name} does not split channels")
        sizes = self._constant(f"{name}.sizes", np.array([1, REG], np.int64))
        names = [f"{name}.person", f"{name}.box"]
        self._node("Split", [value.name, sizes], names, axis=1)
        return [replace(value, name=each) for each in names]

    def _flatten(self, name: str, value: Tensor) -> Tensor:
        _expect(value.order == STORED, f"{name} does not flatten channels first")
        shape = self._constant(f"{name}.shape", np.array([0, 0, -1], np.int64))
        self._node("Reshape", [value.name, shape], [name])
        return replace(value, name=name, order=(0, 1, 2))

    def _elementwise(self, node: dict[str, Any], name: str, first: Tensor) -> Tensor:
        count = 1 if node["op"] in ("LeakyRelu", "Sigmoid") else 2
        values = [first, *(self.tensor(each) for each in node["input"][1:count])]
        _expect(all(each.order == first.order for each in values), f"{name} mixes orders of axes")
        names = [each.name for each in values]
        match node["op"]:
            case "LeakyRelu":
                self._node("LeakyRelu", names, [name], alpha=float(node["attr"]["alpha"]["f"]))
            case "Sigmoid":
                self._node("Sigmoid", names, [name])
            case "Add" | "AddV2":
                self._node("Add", names, [name])
            case "ConcatV2":
                axis = first.order[int(self._weights[node["input"][2]])]
                self._node("Concat", names, [name], axis=axis)
            case unknown:
                raise ValueError(f"{name}: operation {unknown} is not known")
        return replace(first, name=name)


def _plain(name: str) -> str:
    return name.removeprefix("PartitionedCall/").replace("onnx_tf_prefix_", "")


def _stored_pads(value: Tensor, paddings: Array) -> tuple[int, ...]:
    stored = np.zeros((4, 2), int)
    stored[list(value.order)] = paddings
    return tuple(int(side) for side in stored[2:].T.ravel())


def _expect(true: object, otherwise: str) -> None:
    if not true:
        raise ValueError(f"{otherwise}: not the graph that this program knows")


def convert(folder: Path, height: int, width: int) -> onnx.ModelProto:
    """`folder` (nanodet.json, nanodet.bin) as ONNX for pictures of `height` x `width` pixels.

    Input `images` float32 [1, 3, H, W]: BGR, normalised. Per stride S of 8, 16, 32, with N cells
    in rows: `scoreS` [1, N, 1] in 0..1; `regS` [1, N, 44], four sides of 11 logits each.
    `features` [1, 320, H/16, W/16]: means of inner maps over cells of 16 pixels a side.
    Raises ValueError when the folder holds another graph.
    """
    model = json.loads((folder / "nanodet.json").read_text())
    converter = Converter(model, read_weights(folder, model))
    outputs = []
    for name, about in sorted(model["signature"]["outputs"].items()):
        kind = "score" if int(about["tensorShape"]["dim"][2]["size"]) == CLASSES else "reg"
        value = converter.output(name, kind)
        shape = [1, height * width // value.stride**2, 1 if kind == "score" else REG]
        outputs.append(helper.make_tensor_value_info(value.name, TensorProto.FLOAT, shape))
    converter.features(FEATURES)
    cells = [1, FEATURE_CHANNELS, height // FEATURE_STRIDE, width // FEATURE_STRIDE]
    outputs.append(helper.make_tensor_value_info("features", TensorProto.FLOAT, cells))
    graph = helper.make_graph(
        converter.nodes,
        "nanodet-person",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, height, width])],
        sorted(outputs, key=lambda output: output.name),
        [numpy_helper.from_array(value, name) for name, value in converter.constants.items()],
    )
    opset = [helper.make_opsetid("", OPSET)]
    converted = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION)
    onnx.checker.check_model(converted, full_check=True)
    return converted
