"""Grows boosted trees on a quantile: the only home of LightGBM."""

from collections.abc import Sequence
from typing import Any, Final

import lightgbm
import numpy as np
from numpy.typing import NDArray

from hub.core.trees import Forest, Tree

Array = NDArray[np.float64]

# Found on days in blocks of several queues, never on one split; see docs/wait-prediction.md.
GROWING: Final[dict[str, Any]] = {
    "objective": "quantile",
    "learning_rate": 0.05,
    "num_leaves": 20,
    "min_data_in_leaf": 100,
    "feature_fraction": 0.4,
    "extra_trees": True,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
    "use_missing": False,
    "verbose": -1,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "seed": 1,
}
TREES: Final = 200


def grow(rows: Array, targets: Array, weights: Array, quantile: float, seed: int = 1) -> Forest:
    """Trees for a quantile of `targets` [n], given `rows` [n, features] and `weights` [n].

    Ke et al., LightGBM, NeurIPS 2017; the same data and seed give the same trees.
    """
    few = max(5, min(int(GROWING["min_data_in_leaf"]), len(rows) // 50))
    data = lightgbm.Dataset(rows, targets, weight=weights)
    chosen = {**GROWING, "min_data_in_leaf": few, "alpha": quantile, "seed": seed}
    booster = lightgbm.train(chosen, data, TREES)
    return Forest(trees=tuple(_trees(booster.model_to_string())))


def _trees(text: str) -> list[Tree]:
    """The trees in LightGBM's own text, which keeps each as parallel lists."""
    trees = []
    for block in text.split("\nTree=")[1:]:
        said = dict(line.split("=", 1) for line in block.splitlines() if "=" in line)
        trees.append(
            Tree(
                feature=tuple(_ints(said, "split_feature")),
                threshold=tuple(_floats(said, "threshold")),
                left=tuple(_ints(said, "left_child")),
                right=tuple(_ints(said, "right_child")),
                leaf=tuple(_floats(said, "leaf_value")),
            )
        )
    return trees


def _ints(said: dict[str, str], key: str) -> Sequence[int]:
    return [int(each) for each in said.get(key, "").split()]


def _floats(said: dict[str, str], key: str) -> Sequence[float]:
    return [float(each) for each in said.get(key, "").split()]
