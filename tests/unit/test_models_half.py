import numpy as np
import onnx
import onnxruntime as ort  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from models.half import halve

SHAPE = (8, 3, 3, 3)
PICTURE = np.linspace(-2, 2, 3 * 8 * 8, dtype=np.float32).reshape(1, 3, 8, 8)


def one_convolution(weights: NDArray[np.float32]) -> onnx.ModelProto:
    images = helper.make_tensor_value_info("images", TensorProto.FLOAT, PICTURE.shape)
    found = helper.make_tensor_value_info("found", TensorProto.FLOAT, [1, 8, 6, 6])
    node = helper.make_node("Conv", ["images", "weights"], ["found"])
    initial = [numpy_helper.from_array(weights, "weights")]
    graph = helper.make_graph([node], "one", [images], [found], initial)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def outputs(model: onnx.ModelProto) -> NDArray[np.float32]:
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    found: NDArray[np.float32] = session.run(["found"], {"images": PICTURE})[0]
    return found


@given(arrays(np.float16, SHAPE, elements={"allow_nan": False, "min_value": -4, "max_value": 4}))
def test_weights_published_in_half_precision_take_half_the_bytes_and_change_no_output(
    published: NDArray[np.float16],
) -> None:
    model = one_convolution(published.astype(np.float32))
    halved = halve(model)
    assert [each.data_type for each in halved.graph.initializer] == [TensorProto.FLOAT16]
    assert (outputs(halved) == outputs(model)).all()


@pytest.mark.parametrize("weight", [0.1, 1e6, 1e-9])
def test_weights_that_half_precision_would_change_stay_as_they_are(weight: float) -> None:
    model = one_convolution(np.full(SHAPE, weight, np.float32))
    assert halve(model) == model


def test_the_given_model_is_left_alone() -> None:
    model = one_convolution(np.ones(SHAPE, np.float32))
    before = model.SerializeToString()
    halve(model)
    assert model.SerializeToString() == before
