"""Routes of a day's tickets in bulk: export as JSON or CSV, and merge numbers given on paper."""

import csv
import io
import secrets
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import StreamingResponse

from hall.http import PaperMerged, PaperRefused, PaperTickets, TicketRow, Tickets
from hall.messages import Ticket
from hub.core import booklet, commands, past_day
from hub.core.commands import Actor
from hub.core.refusals import Refused
from hub.web.access import May
from hub.web.context import Hub, carry_out_each, json
from hub.web.problems import Refusal, sentence
from hub.web.sheets import sheet
from hub.web.tickets import TOKEN_BYTES

router = APIRouter(prefix="/tickets", tags=["tickets"])

CSV: Final = "text/csv; charset=utf-8"


@router.get("", response_model=Tickets)
def export(
    actor: Annotated[Actor, Depends(May("export_tickets"))],
    hub: Hub,
    format: Literal["json", "csv"] = "json",  # noqa: A002 the query's own word
) -> Response:
    """Today's tickets and those still alive with all their times: JSON, or `?format=csv`."""
    tickets = booklet.tickets(hub.engine.state)
    if format == "json":
        return json(tickets.model_dump_json())
    return Response("".join(_csv(tickets.tickets)), media_type=CSV, headers=_named("tickets"))


@router.get("/export", response_model=Tickets)
def export_day(
    actor: Annotated[Actor, Depends(May("export_tickets"))],
    hub: Hub,
    day: date,
    format: Literal["json", "csv"] = "json",  # noqa: A002 the query's own word
) -> Response:
    """Numbers given on a day of the hall, today or earlier, as they ended, by place.

    They are read from the journal; JSON, or `?format=csv`.
    """
    plan = hub.engine.plan
    if day > plan.local(hub.clock()).date():
        raise Refusal("day_to_come")
    begun = hub.store.past.beginning_of(day)
    records = () if begun is None else hub.store.past.records(begun, past_day.KINDS)
    rows = map(booklet.row, past_day.tickets_of(plan, day, records))
    if format == "json":
        return StreamingResponse(_json(rows), media_type="application/json")
    return StreamingResponse(_csv(rows), media_type=CSV, headers=_named(f"tickets-{day}"))


@router.post("/import", response_model=PaperMerged)
async def merge(
    actor: Annotated[Actor, Depends(May("merge_paper"))], request: Request, hub: Hub
) -> Response:
    """Merge numbers given on paper: JSON as PaperTickets, or CSV with the same columns.

    Each number is taken over or refused by itself; those known already are left as they are, so
    that the same list may be sent again.
    """
    papers = (await sheet(request, PaperTickets, "tickets")).tickets
    given = [
        commands.MergePaperTicket(
            hub.new_id(),
            secrets.token_urlsafe(TOKEN_BYTES),
            paper.number,
            paper.service,
            paper.priority,
            paper.arrived_at,
            served=paper.served,
        )
        for paper in papers
    ]
    merged, refused = [], []
    for paper, outcome in zip(papers, await carry_out_each(hub, given, actor), strict=True):
        if isinstance(outcome, Refused):
            detail = sentence(request, outcome.code)
            refused.append(PaperRefused(number=paper.number, code=outcome.code, detail=detail))
        else:
            merged.append(Ticket.model_validate_json(outcome or ""))
    return json(PaperMerged(merged=tuple(merged), refused=tuple(refused)).model_dump_json())


def _named(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}.csv"'}


def _csv(rows: Iterable[TicketRow]) -> Iterator[str]:
    """Line by line, the names of the columns first."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(TicketRow.model_fields))
    writer.writeheader()
    for row in rows:
        yield out.getvalue()
        out.seek(0)
        out.truncate()
        writer.writerow(row.model_dump(mode="json"))
    yield out.getvalue()


def _json(rows: Iterable[TicketRow]) -> Iterator[str]:
    """Row by row what makes a Tickets."""
    between = '{"tickets":['
    for row in rows:
        yield between + row.model_dump_json()
        between = ","
    yield "]}" if between == "," else between + "]}"
