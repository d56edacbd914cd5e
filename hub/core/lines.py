"""Who waits for one service, in which order, and who of them would be called next."""

from hall.http import ServiceLine, Waiter
from hall.messages import Text
from hub.core.allocation import choose, due, waited_min
from hub.core.plan import Window
from hub.core.views import QUEUE_TOLD, View


def service_line(view: View, service: str) -> ServiceLine:
    """Everyone who waits for `service`, which must be known, as far as told."""
    plan, policy = view.plan, view.plan.policy
    line = view.state.tickets.line(service)
    in_turn = sorted(line, key=lambda ticket: due(policy, ticket))[:QUEUE_TOLD]
    choice = choose(plan, view.state, _only(service), view.now)
    return ServiceLine(
        service=service,
        waiting=len(line),
        line=tuple(
            Waiter(
                ticket=view.ticket(ticket),
                waited_s=max(0.0, 60 * waited_min(ticket, view.now)),
                target_s=60 * policy.target_min.of(ticket.visit),
            )
            for ticket in in_turn
        ),
        next=choice.ticket.id if choice else None,
        reason=choice.reason if choice else None,
    )


def _only(service: str) -> Window:
    """A window that does nothing else; no hall has one of this name, and nobody is sent to it."""
    return Window.model_construct(id="", name=Text(zh="", en=""), services=(service,), secondary=())
