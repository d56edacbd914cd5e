"""What the judge of pictures promises, whatever the pictures are."""

from collections.abc import Callable
from itertools import pairwise

import cv2
import numpy as np
import pytest
from cv2.typing import MatLike
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from edge.core.faults import PictureQuality
from edge.core.lasting import Lasting
from edge.core.quality import HOLD_S, STILL_S, Quality
from edge.core.view import COLUMNS, FADES_S, MARGIN_PX, ROWS, Small
from edge.core.zones import outline, pixels
from edge.picture import burn_in, small_grey
from tests.clips.faulty import covered, half_seconds, lit, turned, unfocused

OK, DARK, OVEREXPOSED = PictureQuality.OK, PictureQuality.DARK, PictureQuality.OVEREXPOSED
BLOCKED, BLURRED = PictureQuality.BLOCKED, PictureQuality.BLURRED
FROZEN, MOVED = PictureQuality.FROZEN, PictureQuality.MOVED
RATE_S, LATER_S = 0.5, 20.0
SCENE = [cv2.resize(each, (384, 288)) for each in half_seconds(20)]
CALM = [small_grey(each) for each in SCENE]

Fault = Callable[[MatLike], MatLike]
FAULTS: dict[str, tuple[Fault, PictureQuality]] = {
    "lights out": (lambda picture: lit(picture, 0.06), DARK),
    "nothing but black": (np.zeros_like, DARK),
    "sun in the lens": (lambda picture: lit(picture, 5), OVEREXPOSED),
    "out of focus": (lambda picture: unfocused(picture, 0.008), BLURRED),
    "misted": (lambda picture: unfocused(picture, 0.03), BLURRED),
    "a poster over all of it": (lambda picture: covered(picture, 1), BLOCKED),
    "a dark cloth": (lambda picture: covered(picture, 1, level=40), BLOCKED),
    "a banner over two thirds": (lambda picture: covered(picture, 0.67), BLOCKED),
    "knocked aside": (lambda picture: turned(picture, right=0.1), MOVED),
    "sunk": (lambda picture: turned(picture, down=0.05), MOVED),
    "rolled": (lambda picture: turned(picture, degrees=6), MOVED),
    "upside down": (lambda picture: np.ascontiguousarray(picture[::-1, ::-1]), MOVED),
}


def judged(
    quality: Quality, pictures: list[Small], start_s: float = 0.0
) -> list[tuple[float, PictureQuality]]:
    """What is said, and when."""
    times = [start_s + index * RATE_S for index in range(len(pictures))]
    return [(at, quality.judge(each, at).said) for at, each in zip(times, pictures, strict=True)]


def after_s(said: list[tuple[float, PictureQuality]], word: PictureQuality) -> float:
    """How long it takes until a word is said."""
    return next(at for at, each in said if each == word) - said[0][0]


def words(said: list[tuple[float, PictureQuality]]) -> list[PictureQuality]:
    """What is said, without repetitions."""
    return [word for index, (_, word) in enumerate(said) if not index or said[index - 1][1] != word]


class TestOnTheClip:
    def test_people_walking_through_a_good_picture_are_no_fault(self) -> None:
        everyone = [small_grey(each) for each in half_seconds(79)]
        for quality in (Quality(), Quality(reference=everyone[0])):
            assert words(judged(quality, everyone)) == [OK]

    @pytest.mark.parametrize("bound", [True, False])
    @pytest.mark.parametrize("name", FAULTS)
    def test_a_fault_is_said_within_seconds_and_so_is_its_end(
        self, name: str, *, bound: bool
    ) -> None:
        spoil, fault = FAULTS[name]
        quality = Quality(reference=CALM[-1] if bound else None)
        assert words(judged(quality, CALM)) == [OK]
        during = judged(quality, [small_grey(spoil(each)) for each in SCENE], LATER_S)
        assert words(during) == [OK, fault]
        assert HOLD_S <= after_s(during, fault) <= 8
        cured = judged(quality, CALM, 2 * LATER_S)
        assert words(cured) == [fault, OK]
        assert HOLD_S <= after_s(cured, OK) <= 5

    @settings(max_examples=20, deadline=None)
    @given(st.floats(0.15, 1.5))
    def test_light_within_limits_is_no_fault(self, share: float) -> None:
        lighter = [np.asarray(lit(each, share), np.uint8) for each in CALM[:16]]
        assert words(judged(Quality(reference=CALM[0]), CALM[:16] + lighter)) == [OK]

    def test_one_side_in_the_shade_is_no_fault(self) -> None:
        shade = np.linspace(0.25, 1.2, SCENE[0].shape[1])[None, :, None]
        shaded = [small_grey((each * shade).clip(0, 255).astype(np.uint8)) for each in SCENE]
        quality = Quality(reference=CALM[0])
        assert words(judged(quality, shaded)) == [OK]

    def test_a_picture_that_repeats_itself_is_frozen_and_moves_again(self) -> None:
        quality = Quality()
        judged(quality, CALM)
        during = judged(quality, [CALM[-1]] * 40, LATER_S)
        assert words(during) == [OK, FROZEN]
        assert STILL_S <= after_s(during, FROZEN) <= STILL_S + HOLD_S + 1
        assert words(judged(quality, CALM, 2 * LATER_S)) == [FROZEN, OK]

    def test_a_clock_that_runs_in_a_frozen_picture_deceives_nobody(self) -> None:
        pictures = [CALM[-1].copy() for _ in range(60)]
        for second, each in enumerate(pictures):
            each[4:7, 150:153] = second * 4
        assert words(judged(Quality(), pictures)) == [OK, FROZEN]

    def test_the_noise_of_a_sensor_is_no_frozen_picture(self) -> None:
        chance = np.random.default_rng(1)
        still = [
            small_grey(np.clip(SCENE[0] + chance.normal(0, 1, SCENE[0].shape), 0, 255).astype("u1"))
            for _ in range(60)
        ]
        assert words(judged(Quality(), still)) == [OK]

    def test_someone_walking_past_close_to_the_lens_does_not_block_it(self) -> None:
        quality = Quality()
        judged(quality, CALM)
        passing = [small_grey(covered(each, 0.8)) for each in SCENE[: int(2 / RATE_S)]]
        assert quality.judge(passing[0], LATER_S).seen == BLOCKED
        said = judged(quality, passing, LATER_S) + judged(quality, CALM, LATER_S + 2)
        assert words(said) == [OK]

    def test_a_nudge_leaves_the_zones_where_they_are(self) -> None:
        quality = Quality(reference=CALM[0])
        nudged = [small_grey(turned(each, right=0.008, down=0.008)) for each in SCENE]
        assert words(judged(quality, nudged)) == [OK]

    def test_a_bound_view_is_never_learnt_anew_and_another_is(self) -> None:
        turned_away = [small_grey(turned(each, right=0.2)) for each in SCENE]
        bound, free = Quality(reference=CALM[0]), Quality()
        for quality in (bound, free):
            judged(quality, CALM)
            for start in range(20, int(20 + 1.5 * FADES_S), 20):
                said = judged(quality, turned_away, start)
            assert words(said) == [MOVED if quality is bound else OK]

    def test_a_fault_there_from_the_first_picture_on_is_said_at_once(self) -> None:
        dark = small_grey(lit(SCENE[0], 0.05))
        assert Quality().judge(dark, 0.0).said == DARK

    @pytest.mark.parametrize("size", [(1920, 1080), (320, 240), (1024, 768), (640, 960)])
    @pytest.mark.parametrize("name", ["lights out", "misted", "a poster over all of it", "sunk"])
    def test_no_decision_depends_on_resolution(self, name: str, size: tuple[int, int]) -> None:
        spoil, fault = FAULTS[name]
        quality = Quality(reference=CALM[0])
        spoilt = [small_grey(cv2.resize(spoil(each), size)) for each in SCENE[:24]]
        good = [small_grey(cv2.resize(each, size)) for each in SCENE[:24]]
        assert words(judged(quality, good) + judged(quality, spoilt, 12)) == [OK, fault]

    def test_a_resolution_that_changes_in_mid_stream_is_no_fault(self) -> None:
        sizes = [(768, 576), (1920, 1440), (320, 240)]
        changing = [
            small_grey(cv2.resize(each, sizes[index // 14])) for index, each in enumerate(SCENE)
        ]
        assert words(judged(Quality(), changing)) == [OK]


class TestUnderPrivacyMasks:
    HALF = outline([(0, 0), (0.55, 0), (0.45, 1), (0, 1)])

    def masked(self, pictures: list[MatLike]) -> list[Small]:
        copies = [each.copy() for each in pictures]
        for each in copies:
            burn_in(each, [self.HALF])
        return [small_grey(each) for each in copies]

    def judge(self) -> Quality:
        return Quality(hidden=pixels([self.HALF], ROWS, COLUMNS, MARGIN_PX))

    def test_what_is_blackened_is_no_fault(self) -> None:
        assert words(judged(self.judge(), self.masked(SCENE))) == [OK]

    @pytest.mark.parametrize("name", ["lights out", "misted", "a dark cloth", "knocked aside"])
    def test_faults_are_seen_in_what_is_left(self, name: str) -> None:
        spoil, fault = FAULTS[name]
        quality = self.judge()
        judged(quality, self.masked(SCENE))
        spoilt = self.masked([spoil(each) for each in SCENE])
        assert words(judged(quality, spoilt, LATER_S)) == [OK, fault]

    def test_what_happens_under_a_mask_is_not_looked_at(self) -> None:
        hidden = pixels([self.HALF], ROWS, COLUMNS, MARGIN_PX)
        chance = np.random.default_rng(2)
        one, other = self.judge(), self.judge()
        for index, each in enumerate(CALM):
            stirred = each.copy()
            stirred[hidden] = chance.integers(0, 255, int(hidden.sum()))
            at = index * RATE_S
            assert one.judge(each, at) == other.judge(stirred, at)

    def test_a_camera_that_shows_nothing_cannot_be_judged(self) -> None:
        with pytest.raises(ValueError, match="leave nothing"):
            Quality(hidden=np.ones((ROWS, COLUMNS), bool))


class TestWhateverComes:
    @settings(max_examples=40, deadline=None)
    @given(
        st.lists(
            arrays(np.uint8, (ROWS // 20, COLUMNS // 20)).map(
                lambda coarse: coarse.repeat(20, 0).repeat(20, 1)
            )
            | st.integers(0, 255).map(lambda level: np.full((ROWS, COLUMNS), level, np.uint8)),
            min_size=1,
            max_size=6,
        ),
        st.sampled_from([None, CALM[0]]),
    )
    def test_any_picture_gets_a_word_without_an_error_in_the_arithmetic(
        self, pictures: list[Small], reference: Small | None
    ) -> None:
        quality = Quality(reference=reference)
        with np.errstate(all="raise"):
            for index, each in enumerate(pictures):
                assert quality.judge(each, index * RATE_S).seen in PictureQuality

    @given(
        st.lists(
            st.tuples(st.sampled_from(PictureQuality), st.floats(0, 4)), min_size=1, max_size=60
        )
    )
    def test_what_is_said_never_flaps_faster_than_its_time(
        self, seen: list[tuple[PictureQuality, float]]
    ) -> None:
        lasting, now, changed = Lasting(HOLD_S), 0.0, []
        said: PictureQuality | None = None
        for word, pause_s in seen:
            now += pause_s
            before, said = said, lasting.see(word, now)
            if said != before:
                changed.append(now)
                assert said == word
        assert all(later - earlier >= HOLD_S for earlier, later in pairwise(changed))

    @given(st.lists(st.sampled_from([each for each in PictureQuality if each != OK]), min_size=1))
    def test_faults_that_take_turns_are_a_fault_all_the_same(
        self, faults: list[PictureQuality]
    ) -> None:
        lasting = Lasting(HOLD_S)
        lasting.see(OK, 0.0)
        said = [lasting.see(fault, 1.0 + index) for index, fault in enumerate(faults)]
        assert all(said[index] != OK for index in range(len(said)) if index >= HOLD_S)

    def test_good_pictures_among_bad_ones_do_not_make_the_camera_good(self) -> None:
        lasting = Lasting(HOLD_S)
        words = [OK, DARK] * 20
        assert lasting.see(DARK, 0.0) == DARK
        assert {lasting.see(word, 1.0 + index) for index, word in enumerate(words)} == {DARK}
