"""Runs a model file with onnxruntime."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime as ort  # type: ignore[import-untyped]
from numpy.typing import NDArray

from hall.settings import Mistake

CPU: Final = ("CPUExecutionProvider",)
ERRORS_ONLY: Final = 3
# x86 processors without VNNI add products of unsigned and signed bytes in pairs that saturate.
# This multiplies unsigned bytes instead: right everywhere, and half as fast where there is VNNI.
EXACT_INT8: Final = ("session.x64quantprecision", "1")
# Idle threads would turn and turn, waiting for work, while another camera needs the core.
NO_SPINNING: Final = ("session.intra_op.allow_spinning", "0")

Values = NDArray[np.float32]


class Network:
    """A loaded model. `run` keeps no state: several threads may share one network.

    `exact`: int8 is computed so that it cannot saturate, more slowly.
    Raises Mistake when the file is no model or has other inputs and outputs than `shapes`.
    """

    def __init__(
        self,
        path: Path,
        shapes: dict[str, list[int]],
        *,
        threads: int = 1,
        providers: Sequence[str] = CPU,
        exact: bool = False,
    ) -> None:
        self._session = _session(path, threads, providers, exact=exact)
        ends = (*self._session.get_inputs(), *self._session.get_outputs())
        self._shapes: dict[str, list[int]] = {each.name: each.shape for each in ends}
        for name, shape in shapes.items():
            found = self.shape(name)
            if found != shape:
                is_ = f"is {found}" if found else "is missing"
                raise Mistake(f"{path}: {name} {is_} where a person detector has {shape}")

    def shape(self, name: str) -> list[int] | None:
        """The shape of an input or output, if the model has it."""
        return self._shapes.get(name)

    def run(self, images: Values, outputs: Sequence[str]) -> list[Values]:
        """The named `outputs` for `images`; what is not asked for is not computed."""
        values: list[Values] = self._session.run(outputs, {"images": images})
        return values


def check_providers(names: Sequence[str]) -> None:
    """Refuse execution providers that this onnxruntime lacks. Raises Mistake."""
    present = ort.get_available_providers()
    unknown = [name for name in names if name not in present]
    if unknown:
        raise Mistake(
            f"providers: this onnxruntime has no {', '.join(unknown)}; it has {', '.join(present)}"
        )


def _session(path: Path, threads: int, providers: Sequence[str], *, exact: bool) -> Any:  # noqa: ANN401 - untyped
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.enable_mem_pattern = False  # 15 MB less, at the same speed
    options.log_severity_level = ERRORS_ONLY
    if exact:
        options.add_session_config_entry(*EXACT_INT8)
    options.add_session_config_entry(*NO_SPINNING)
    try:
        return ort.InferenceSession(str(path), options, providers=list(providers))
    except Exception as error:  # onnxruntime's errors share no base class of their own
        raise Mistake(f"{path}: onnxruntime cannot read this model") from error
