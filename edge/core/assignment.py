"""Pairs rows with columns at the least total cost."""

import numpy as np
from numpy.typing import NDArray


def assign(costs: NDArray[np.float64], limit: float) -> list[tuple[int, int]]:
    """Pairs (row, column) of least total cost, where whoever stays alone costs `limit`.

    Hence no pair costs more than `limit`. `costs` holds finite numbers of at least 0. Shortest
    augmenting paths (Jonker and Volgenant 1987), in O(rows² · columns).
    """
    rows, columns = costs.shape
    if not rows or not columns:
        return []
    alone = np.full((rows, rows), limit)
    taken = _augment(np.hstack([np.minimum(costs, 2 * limit + 1), alone]))
    return sorted((int(taken[column]), column) for column in range(columns) if taken[column] >= 0)


def _augment(costs: NDArray[np.float64]) -> NDArray[np.int64]:
    """The row of each column, -1 for none, with every row placed; rows <= columns."""
    rows, columns = costs.shape
    taken = np.full(columns, -1)
    row_price, column_price = np.zeros(rows), np.zeros(columns)
    for first in range(rows):
        shortest, came_from = np.full(columns, np.inf), np.full(columns, -1)
        done = np.zeros(columns, bool)
        row, column, length = first, -1, 0.0
        while row >= 0:
            reached = length + costs[row] - row_price[row] - column_price
            nearer = ~done & (reached < shortest)
            shortest[nearer], came_from[nearer] = reached[nearer], column
            column = int(np.where(done, np.inf, shortest).argmin())
            done[column], length, row = True, float(shortest[column]), int(taken[column])
        visited = done.nonzero()[0]
        owners = taken[visited]
        row_price[owners[owners >= 0]] += length - shortest[visited[owners >= 0]]
        row_price[first] += length
        column_price[visited] -= length - shortest[visited]
        while column >= 0:
            before = int(came_from[column])
            taken[column] = first if before < 0 else taken[before]
            column = before
    return taken
