"""Pure decisions of the edge: no input or output, threads, clock, chance or logging."""
