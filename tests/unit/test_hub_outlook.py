"""An outlook carried along with the events says what one made afresh would say."""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from hall.messages import Channel, Priority, Role
from hub.core import commands
from hub.core.commands import Actor, Command
from hub.core.decide import decide
from hub.core.events import Record
from hub.core.outlook import Outlook
from hub.core.refusals import Refused
from hub.core.state import State, apply
from tests.unit.hub_fakes import NOON, SERVED, fresh_ids, hall_plan

PLAN, BOSS = hall_plan(), Actor("boss", Role.MANAGER)
SERVICES = ("cards", "papers", "taxes")
WINDOW_COMMANDS = (
    commands.OpenWindow,
    commands.CallNext,
    commands.StartService,
    commands.Recall,
    commands.MarkNoShow,
    commands.CloseWindow,
)
WANTED = st.one_of(
    st.sampled_from(SERVICES),
    st.sampled_from(SERVICES),
    st.tuples(st.sampled_from(WINDOW_COMMANDS), st.sampled_from(sorted(SERVED))),
    st.integers(0, 30).map(lambda number: commands.CancelTicket(UUID(int=1000 + number))),
)


def command(wanted: object, number: int) -> Command:
    """Taking a ticket for a service, or what is wanted at a window, or a cancelled ticket."""
    if isinstance(wanted, str):
        ticket = UUID(int=1000 + number)
        return commands.IssueTicket(ticket, str(number), wanted, Priority.NONE, Channel.KIOSK)
    if isinstance(wanted, tuple):
        what, window = wanted
        asked: Command = what(window)
        return asked
    assert isinstance(wanted, commands.CancelTicket)
    return wanted


def says(outlook: Outlook, state: State) -> dict[str, object]:
    """All that an outlook says."""
    waiting = {t.number: (outlook.ahead(t), outlook.by_formula(t)) for t in state.waiting()}
    return {**waiting, **{service: outlook.newcomer(service) for service in SERVICES}}


@given(st.lists(WANTED, max_size=30))
@settings(deadline=None)
def test_an_outlook_carried_along_is_the_one_made_afresh(steps: list[object]) -> None:
    ids, state = fresh_ids(), State()
    carried = Outlook(PLAN, state)
    for number, wanted in enumerate(steps):
        happened = decide(PLAN, state, command(wanted, number), BOSS, NOON)
        for event in [] if isinstance(happened, Refused) else happened:
            record = Record(id=next(ids), at=NOON, actor="boss", event=event)
            before = says(carried, state)
            after = apply(PLAN, state, record)
            then = carried.after(after, event, NOON)
            assert says(then, after) == says(Outlook(PLAN, after), after)
            assert says(carried, state) == before
            state, carried = after, then
