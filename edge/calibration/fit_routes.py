"""Routes of the fit: begin, watch, stop, accept, go back to the detector alone."""

import structlog
from fastapi import APIRouter, Depends

from edge.calibration.context import Page
from edge.calibration.entry import inside
from edge.calibration.fitting import FitStatus
from edge.calibration.refusals import Refusal
from hall.settings import Mistake

log = structlog.get_logger()

router = APIRouter(tags=["fit"], prefix="/fit", dependencies=[Depends(inside)])


@router.get("")
def status(page: Page) -> FitStatus:
    """How the newest fit stands."""
    return page.desk.fit.status()


@router.post("", status_code=202)
def begin(page: Page) -> FitStatus:
    """Fit to the labels as they are now."""
    if not page.desk.enough_labels():
        raise Refusal("too_few_labels")
    if not page.desk.begin_fit():
        raise Refusal("fit_running")
    return page.desk.fit.status()


@router.delete("")
def stop(page: Page) -> FitStatus:
    """Stop a running fit; nothing of it stays."""
    page.desk.fit.stop()
    return page.desk.fit.status()


@router.post("/accept")
def accept(page: Page) -> FitStatus:
    """Let the running edge count by the finished fit."""
    try:
        accepted = page.desk.fit.accept()
    except Mistake as mistake:
        log.warning("site_not_written", why=mistake.lines)
        raise Refusal("not_written") from mistake
    if not accepted:
        raise Refusal("nothing_fitted")
    return page.desk.fit.status()


@router.post("/retire")
def retire(page: Page) -> FitStatus:
    """Count with the detector alone again."""
    page.desk.fit.retire()
    return page.desk.fit.status()
