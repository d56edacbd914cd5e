"""Routes of the fit: begin, watch, stop, accept, go back to the detector alone."""

from fastapi import APIRouter, Depends

from edge.calibration.context import Page
from edge.calibration.entry import inside
from edge.calibration.fitting import FitStatus
from edge.calibration.refusals import Refusal

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
    if not page.desk.fit.accept():
        raise Refusal("nothing_fitted")
    return page.desk.fit.status()


@router.post("/retire")
def retire(page: Page) -> FitStatus:
    """Count with the detector alone again."""
    page.desk.fit.retire()
    return page.desk.fit.status()
