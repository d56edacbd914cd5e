"""Stores weights of a model as the half-precision numbers that they were published as."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SMALL = 64  # numbers; casting fewer saves nothing


def halve(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same model in half the bytes: fp16 weights, each cast back to fp32 when it is loaded.

    Only weights that fp16 holds exactly are stored so: the outputs stay the same to the last bit.
    """
    halved = onnx.ModelProto()
    halved.CopyFrom(model)
    casts = []
    for stored in halved.graph.initializer:
        value = numpy_helper.to_array(stored)
        if value.dtype != np.float32 or value.size <= SMALL:
            continue
        with np.errstate(over="ignore"):  # becomes infinite, which is not the same
            half = value.astype(np.float16)
        if (half != value).any():
            continue
        name = stored.name
        stored.CopyFrom(numpy_helper.from_array(half, f"{name}.half"))
        casts.append(helper.make_node("Cast", [stored.name], [name], name, to=TensorProto.FLOAT))
    nodes = [*casts, *halved.graph.node]
    del halved.graph.node[:]
    halved.graph.node.extend(nodes)
    onnx.checker.check_model(halved, full_check=True)
    return halved
