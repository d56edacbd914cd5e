"""Routes of a day's tickets in bulk: export as JSON or CSV, and merge numbers given on paper."""

import asyncio
import csv
import io
import secrets
from collections.abc import Iterable
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ValidationError

from hall.http import PaperMerged, PaperRefused, PaperTickets, TicketRow, Tickets
from hall.messages import Ticket
from hub.core import booklet, commands
from hub.core.commands import Actor
from hub.core.refusals import REFUSALS, Refused
from hub.web.access import May
from hub.web.context import Hub, json
from hub.web.problems import Refusal, language
from hub.web.tickets import TOKEN_BYTES

router = APIRouter(prefix="/tickets", tags=["tickets"])


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
    return Response(
        _csv(tickets.tickets),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="tickets.csv"'},
    )


@router.post("/import", response_model=PaperMerged)
async def merge(
    actor: Annotated[Actor, Depends(May("merge_paper"))], request: Request, hub: Hub
) -> Response:
    """Merge numbers given on paper: JSON as PaperTickets, or CSV with the same columns.

    Each number is taken over or refused by itself; those known already are left as they are, so
    that the same list may be sent again.
    """
    papers = _papers(await request.body(), csv_sent=_is_csv(request)).tickets
    outcomes = await asyncio.gather(
        *(
            asyncio.wrap_future(
                hub.engine.submit(
                    commands.MergePaperTicket(
                        hub.new_id(),
                        secrets.token_urlsafe(TOKEN_BYTES),
                        paper.number,
                        paper.service,
                        paper.priority,
                        paper.arrived_at,
                        served=paper.served,
                    ),
                    actor,
                )
            )
            for paper in papers
        )
    )
    merged, refused = [], []
    for paper, outcome in zip(papers, outcomes, strict=True):
        if isinstance(outcome, Refused):
            text = REFUSALS[outcome.code].text
            detail = text.en if language(request) == "en" else text.zh
            refused.append(PaperRefused(number=paper.number, code=outcome.code, detail=detail))
        else:
            merged.append(Ticket.model_validate_json(outcome or ""))
    return json(PaperMerged(merged=tuple(merged), refused=tuple(refused)).model_dump_json())


def _is_csv(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("text/csv")


def _papers(body: bytes, *, csv_sent: bool) -> PaperTickets:
    try:
        if not csv_sent:
            return PaperTickets.model_validate_json(body)
        rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
        given = [{key: cell for key, cell in row.items() if key and cell} for row in rows]
        return PaperTickets.model_validate({"tickets": given})
    except (ValidationError, UnicodeDecodeError, csv.Error) as error:
        raise Refusal("invalid_request") from error


def _csv(rows: Iterable[TicketRow]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(TicketRow.model_fields))
    writer.writeheader()
    writer.writerows(row.model_dump(mode="json") for row in rows)
    return out.getvalue()
