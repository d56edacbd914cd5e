"""Routes of reports: a day, a week or a month, as JSON, CSV, workbook or PDF."""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Path, Request, Response

from hall.reports import Report, Tables
from hub.core.commands import Actor
from hub.core.report import Period
from hub.reporting import NotYetCounted
from hub.web.access import PERMISSIONS, May
from hub.web.context import Context, Hub
from hub.web.problems import Refusal, language
from hub.web.report_pdf import pdf, title
from hub.web.report_tables import tables
from hub.web.spreadsheet import as_csv, as_workbook

router = APIRouter(prefix="/reports", tags=["reports"])

Reader = Annotated[Actor, Depends(May("see_reports"))]
Format = Literal["json", "tables", "csv", "xlsx", "pdf"]
# The hall's first day is later, and a week before the first of all days there is no calendar.
Day = Annotated[date, Path(ge=date(2000, 1, 1))]
Month = Annotated[str, Path(pattern=r"^2\d{3}-(0[1-9]|1[0-2])$")]

FILES: Final[dict[Format, tuple[str, Callable[[Report, str], bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", lambda report, to: as_csv([*tables(report, to)])),
    "xlsx": (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda report, to: as_workbook(title(report, to), [*tables(report, to)]),
    ),
    "pdf": ("application/pdf", pdf),
}


@router.get("/day/{day}", response_model=Report | Tables)
def of_day(
    day: Day,
    actor: Reader,
    request: Request,
    hub: Hub,
    format: Format = "json",  # noqa: A002 the query's own word
) -> Response:
    """A day of the hall, so far if it is not over. Clerks' figures only for who may see them."""
    return _answer(hub, request, actor, Period.day(day), format)


@router.get("/week/{day}", response_model=Report | Tables)
def of_week(
    day: Day,
    actor: Reader,
    request: Request,
    hub: Hub,
    format: Format = "json",  # noqa: A002 the query's own word
) -> Response:
    """The week, from Monday, that a day is in."""
    return _answer(hub, request, actor, Period.week(day), format)


@router.get("/month/{month}", response_model=Report | Tables)
def of_month(
    month: Month,
    actor: Reader,
    request: Request,
    hub: Hub,
    format: Format = "json",  # noqa: A002 the query's own word
) -> Response:
    """A month, as in 2026-03."""
    return _answer(hub, request, actor, Period.month(date.fromisoformat(f"{month}-01")), format)


@router.post("/day/{day}", response_model=Report)
def recount(day: Day, actor: Reader, request: Request, hub: Hub) -> Response:
    """Count a day anew from the journal, and keep that instead of what was kept."""
    period = _begun(hub, Period.day(day))
    try:
        hub.reporter.recount(day)
    except NotYetCounted as behind:
        raise Refusal("report_pending") from behind
    return _answer(hub, request, actor, period, "json")


def _begun(hub: Context, period: Period) -> Period:
    """The period, unless it is still to come."""
    if period.first > hub.engine.plan.local(hub.clock()).date():
        raise Refusal("report_ahead")
    return period


def _answer(hub: Context, request: Request, actor: Actor, period: Period, form: Format) -> Response:
    with_clerks = actor.role in PERMISSIONS["see_clerk_figures"]
    try:
        report = hub.reporter.report(_begun(hub, period), with_clerks=with_clerks)
    except NotYetCounted as behind:
        raise Refusal("report_pending") from behind
    body = report.model_dump_json().encode()
    to = language(request)
    tag = f'"{sha256(f"{form} {to} ".encode() + body).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache", "Vary": "Accept-Language"}
    if tag in request.headers.get("if-none-match", "").split(", "):
        return Response(status_code=304, headers=headers)
    if form == "json":
        return Response(body, headers=headers, media_type="application/json")
    if form == "tables":
        found = Tables(title=title(report, to), tables=tuple(tables(report, to)))
        return Response(found.model_dump_json(), headers=headers, media_type="application/json")
    media, write = FILES[form]
    name = f"{report.kind}-{report.first}.{form}"
    headers |= {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Language": to,
    }
    return Response(write(report, to), headers=headers, media_type=media)
