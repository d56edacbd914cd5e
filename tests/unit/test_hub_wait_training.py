"""The model of waits: LightGBM's trees, the journal's outcomes, and the formula where it loses."""

from collections.abc import Sequence
from datetime import timedelta

import lightgbm
import numpy as np
import pytest
from pydantic import ValidationError

from hall.messages import Channel, Priority
from hub.core import commands
from hub.core.events import Record
from hub.core.trees import Forest, Tree
from hub.core.wait_model import FEATURES, WAITS_FILE, WaitModel
from hub.learning.boosting import GROWING, _trees
from hub.learning.fitting import conformal
from hub.learning.samples import samples
from hub.learning.waits import judge, train_waits
from tests.unit.hub_fakes import NOON, busy_plan
from tests.unit.hub_hall import Hall
from tests.unit.hub_rush import MINUTES, PLAN, Rush, journal

DAYS = 8
AFTER = NOON + timedelta(days=DAYS)


@pytest.fixture(scope="module")
def written() -> list[Record]:
    return journal(DAYS)


@pytest.fixture(scope="module")
def model(written: list[Record]) -> WaitModel:
    body = train_waits(iter(written), PLAN, AFTER).files[WAITS_FILE]
    assert body is not None
    return WaitModel.model_validate_json(body)


def test_trees_say_what_lightgbm_says() -> None:
    chance = np.random.default_rng(1)
    rows, targets = chance.normal(size=(500, 4)), chance.normal(size=500)
    booster = lightgbm.train(
        {**GROWING, "alpha": 0.9, "min_data_in_leaf": 5}, lightgbm.Dataset(rows, targets), 30
    )
    forest = Forest(trees=tuple(_trees(booster.model_to_string())))
    asked = chance.normal(size=(200, 4))
    assert [forest.value(row) for row in asked.tolist()] == pytest.approx(booster.predict(asked))


def test_trees_of_targets_that_do_not_differ_are_single_leaves() -> None:
    booster = lightgbm.train(GROWING, lightgbm.Dataset(np.zeros((50, 2)), np.ones(50)), 3)
    forest = Forest(trees=tuple(_trees(booster.model_to_string())))
    assert forest.value([0.0, 0.0]) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "change",
    [{"left": (0,)}, {"right": (-3,)}, {"leaf": (1.0,)}, {"threshold": ()}, {"feature": (-1,)}],
)
def test_a_tree_that_would_not_end_or_point_outside_is_refused(change: dict[str, object]) -> None:
    tree = {"feature": (0,), "threshold": (0.5,), "left": (-1,), "right": (-2,), "leaf": (1.0, 2.0)}
    assert Tree.model_validate(tree).value([0.7]) == 2
    with pytest.raises(ValidationError):
        Tree.model_validate({**tree, **change})


def test_trees_that_ask_for_more_features_than_there_are_are_refused(model: WaitModel) -> None:
    tree = {"feature": [len(FEATURES)], "threshold": [0], "left": [-1], "right": [-2]}
    wrong = {**model.model_dump(), "median": {"trees": [{**tree, "leaf": [1, 2]}]}}
    with pytest.raises(ValidationError, match="features that there are not"):
        WaitModel.model_validate(wrong)


def test_an_outcome_is_the_time_until_the_call() -> None:
    hall = Hall()
    hall.open("w1")
    hall.take()
    hall.wait(7)
    hall.call("w1")
    (sample,) = samples(iter(hall.records), hall.plan, hall.now)
    assert (sample.service, sample.wait_min, sample.sight.waiting) == ("cards", 7, 1)


def test_who_left_was_kept_or_came_for_a_slot_tells_nothing_of_the_queue() -> None:
    hall = Hall(plan=busy_plan())
    hall.open("w1")
    left, kept = hall.take(), hall.take()
    slot = hall.now + timedelta(minutes=30)
    appointment = hall.ids()
    hall.do(commands.BookAppointment(appointment, "cards", slot))
    hall.do(commands.CancelTicket(left))
    hall.do(commands.HoldTicket(kept, "out"))
    hall.do(commands.ResumeTicket(kept))
    hall.wait(10)
    hall.do(commands.CheckIn(appointment, hall.ids(), "token", Priority.NONE, Channel.KIOSK))
    hall.serve("w1", minutes=30)
    hall.serve("w1")
    assert not list(samples(iter(hall.records), hall.plan, hall.now))


def test_what_is_older_than_ninety_days_is_not_learned_from(written: list[Record]) -> None:
    assert list(samples(iter(written), PLAN, AFTER))
    assert not list(samples(iter(written), PLAN, AFTER + timedelta(days=90)))


def test_a_hall_unlike_its_file_is_told_better_than_by_the_formula(model: WaitModel) -> None:
    rush = Rush(seed=2)
    for day in range(3):
        rush.day(day)
    new = list(samples(iter(rush.records), PLAN, AFTER))
    ours, formula = judge(model, new)
    assert ours.error_min < formula.error_min
    assert ours.loss < formula.loss


def test_the_same_journal_teaches_the_same(written: list[Record], model: WaitModel) -> None:
    again = train_waits(iter(written), PLAN, AFTER).files[WAITS_FILE]
    assert again == model.model_dump_json().encode()


def test_little_data_leave_the_formula_at_work(written: list[Record]) -> None:
    few = [record for record in written if record.at < NOON + timedelta(days=3)]
    trained = train_waits(iter(few), PLAN, AFTER)
    assert trained.files == {WAITS_FILE: None}
    assert "too few" in trained.said
    assert train_waits(iter(()), PLAN, AFTER).files == {WAITS_FILE: None}


def test_a_model_that_does_worse_on_the_latest_days_is_not_kept() -> None:
    rush = Rush(seed=3, minutes={service: 3 * minutes for service, minutes in MINUTES.items()})
    for day in range(6):
        rush.day(day, per_hour=7)
    rush.minutes = {"cards": 5.0, "papers": 10.0, "taxes": 8.0}  # as the hall file says, after all
    for day in range(6, 9):
        rush.day(day, per_hour=22)
    trained = train_waits(iter(rush.records), PLAN, AFTER + timedelta(days=2))
    assert trained.files == {WAITS_FILE: None}
    assert "not better" in trained.said


@pytest.mark.parametrize(("scores", "bound"), [([], 1.0), ([2.0], 2.0), (range(1, 100), 10.0)])
def test_a_margin_is_the_score_that_one_in_ten_exceeds(
    scores: Sequence[float], bound: float
) -> None:
    assert conformal(np.array(scores, float)) == bound
