"""Evaluates boosted regression trees, as LightGBM lays them out, without LightGBM."""

from collections.abc import Sequence
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Index = Annotated[int, Field(ge=0)]


class Tree(BaseModel):
    """A binary tree in parallel lists; a child below zero is the leaf of its complement.

    At a node one goes left where the feature is at most the threshold. A node's children come
    after it, so that every walk ends.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    feature: tuple[Index, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    leaf: Annotated[tuple[Annotated[float, Field(allow_inf_nan=False)], ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _sound(self) -> Self:
        nodes = len(self.feature)
        if not nodes == len(self.threshold) == len(self.left) == len(self.right):
            raise ValueError("the lists of nodes differ in length")
        if nodes != len(self.leaf) - 1:
            raise ValueError("a binary tree has one leaf more than nodes")
        for node, children in enumerate(zip(self.left, self.right, strict=True)):
            if not all(-len(self.leaf) <= child < 0 or node < child < nodes for child in children):
                raise ValueError("a child is no later node and no leaf")
        return self

    def value(self, row: Sequence[float]) -> float:
        """What the tree says of a row of features."""
        node = 0 if self.feature else -1
        feature, threshold, left, right = self.feature, self.threshold, self.left, self.right
        while node >= 0:
            node = left[node] if row[feature[node]] <= threshold[node] else right[node]
        return self.leaf[~node]


class Forest(BaseModel):
    """Trees whose sum is the prediction."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    trees: tuple[Tree, ...]

    def value(self, row: Sequence[float]) -> float:
        """What the forest says of a row of features."""
        return sum(tree.value(row) for tree in self.trees)

    @property
    def width(self) -> int:
        """How many features it asks for at least."""
        return max((max(tree.feature, default=-1) for tree in self.trees), default=-1) + 1
