"""What the kiosk says of a service before anyone takes a number for it."""

import pytest

from hall.http import Services
from hall.messages import Group, Service, Text
from kiosk.core.events import CatalogueCame, GroupChosen
from kiosk.core.flow import start, step
from kiosk.core.view import view
from kiosk.ui.sentences import read_sentences

NAME = Text(zh="发票", en="Invoices")


@pytest.mark.parametrize(
    ("is_open", "waiting", "p50_s", "p90_s", "status", "wait"),
    [
        (True, 0, 0, 0, "现在没人排队", "无需等候"),
        (True, 0, 720, 1032, "窗口正在办别的业务", "等候约 12–18 分钟"),
        (True, 3, 720, 1032, "3 人在等", "等候约 12–18 分钟"),
        (False, 0, 0, 0, "现在不取号", ""),
    ],
)
def test_a_service_never_contradicts_itself(
    *, is_open: bool, waiting: int, p50_s: float, p90_s: float, status: str, wait: str
) -> None:
    service = Service(
        id="a",
        name=NAME,
        group="g",
        open=is_open,
        waiting=waiting,
        wait_p50_s=p50_s,
        wait_p90_s=p90_s,
    )
    catalogue = Services(services=(service,), groups=(Group(id="g", name=NAME, prefix="A"),))
    state = start(0, 40)
    state = step(state, CatalogueCame(catalogue), 1.0).state
    state = step(state, GroupChosen("g"), 2.0).state
    (shown,) = view(state, read_sentences(), 3.0)["services"]
    assert (shown["status"], shown["wait"]) == (status, wait)
