"""Pure decisions of the kiosk: no input or output, threads, clock, chance or logging."""
