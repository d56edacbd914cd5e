"""Learns what a camera's place looks like from pictures that nobody has labelled."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

import numpy as np

from edge.core.sight import CELLS, CHANNELS, Sight, standing
from edge.core.site import Scene, Strangeness

SURVEYED_MAX: Final = 64
SURVEYED_MIN: Final = 8
DEVIATION_MIN: Final = 1e-4  # keeps what never changes out of the way
MOSTLY: Final = 0.95


class CannotFit(ValueError):
    """Why nothing can be fitted; the message is one sentence for people."""


def survey(sights: Iterable[Sight]) -> Scene:
    """What the place looks like, from pictures without labels in order of time.

    Raises CannotFit with fewer than 8 or with pictures of different shapes.
    """
    kept = _thinned(sights)
    if len(kept) < SURVEYED_MIN:
        raise CannotFit(f"{len(kept)} pictures are too few; take at least {SURVEYED_MIN}")
    extent_px = kept[0].extent_px
    if any(sight.extent_px != extent_px for sight in kept):
        raise CannotFit("the pictures have different shapes; use those of one camera setting")
    tall = standing(np.concatenate([sight.boxes for sight in kept]))
    usual = np.empty((CHANNELS, CELLS), np.float16)
    for channel in range(CHANNELS):
        values = np.stack([sight.features[channel].ravel() for sight in kept])
        usual[channel] = np.median(values, axis=0)
    background = np.median(np.stack([sight.grey for sight in kept]), axis=0).astype(np.uint8)
    none = np.zeros(0, np.float32)
    scene = _standardised(Scene(usual, background, none, none, tall, extent_px), kept)
    strange = np.array([scene.strangeness(sight) for sight in kept])
    return replace(scene, strangest=Strangeness(*map(float, np.quantile(strange, MOSTLY, axis=0))))


def _thinned(sights: Iterable[Sight]) -> list[Sight]:
    """At most SURVEYED_MAX, evenly, features halved in precision; the rest is let go at once."""
    kept: list[Sight] = []
    step = 1
    for number, sight in enumerate(sights):
        if number % step:
            continue
        if len(kept) == SURVEYED_MAX:
            kept, step = kept[::2], 2 * step
            if number % step:
                continue
        kept.append(replace(sight, features=sight.features.astype(np.float16, copy=False)))
    return kept


def _standardised(scene: Scene, sights: list[Sight]) -> Scene:
    visible = scene.visible
    moments = np.zeros((2, CHANNELS))
    for sight in sights:
        seen = sight.features.reshape(CHANNELS, CELLS)[:, visible].astype(np.float64)
        moments += seen.mean(1), (seen**2).mean(1)
    mean, square = moments / len(sights)
    deviation = np.sqrt(np.maximum(square - mean**2, 0)) + DEVIATION_MIN
    scene = replace(scene, deviation=deviation.astype(np.float32))
    extras = np.concatenate([scene.extras(sight)[:, visible] for sight in sights], axis=1)
    return replace(
        scene,
        mean=np.concatenate([mean, extras.mean(1)]).astype(np.float32),
        deviation=np.concatenate([deviation, extras.std(1) + DEVIATION_MIN]).astype(np.float32),
    )
