"""Pure decisions of the hub: no input or output, threads, clock, chance or logging."""
