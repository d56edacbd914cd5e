"""Simulated days: visitors, clerks and a manager who act on the hub's own decisions."""
