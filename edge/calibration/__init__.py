"""The calibration page of an edge box: snapshots, heads, zones and the fit, for one camera."""
