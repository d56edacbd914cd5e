"""Measures how soon a signed-in page shows an alert, after the frame that completes its time."""

import tempfile
from pathlib import Path
from statistics import median
from typing import Final

from browser import launched
from demo_process import running_demo
from run_options import ROOT

from hall.settings import load
from hub.core.plan import HallPlan

RULE: Final = "waiting-crowded"
RAISED: Final = 4
HALL: Final = ROOT / "config" / "demo" / "hall.toml"

# The page itself counts since when the zone was crowded, as the rule does, and notes how old the
# frame that completed the time is at the first paint after the alert. One clock: this machine's.
_LISTEN: Final = """
({ rule, zone, above, forMs, wanted }) => new Promise(resolve => {
  const ages = []
  let since, completed
  const stream = new EventSource('/api/v1/events')
  stream.addEventListener('crowd', event => {
    const crowd = JSON.parse(event.data)
    const seen = crowd.zones.find(each => each.zone === zone)
    if (crowd.quality !== 'ok' || !seen || seen.count <= above) {
      since = completed = undefined
      return
    }
    const at = Date.parse(crowd.at)
    since ??= at
    if (at - since >= forMs) completed ??= at
  })
  stream.addEventListener('alert', event => {
    const alert = JSON.parse(event.data)
    if (alert.rule !== rule || alert.state !== 'raised' || completed === undefined) return
    const frame = completed
    requestAnimationFrame(() => {
      ages.push(Date.now() - frame)
      if (ages.length === wanted) { stream.close(); resolve(ages) }
    })
  })
})
"""


def measure() -> dict[str, float]:
    """Milliseconds from frame to page of RAISED alerts on the demo clip."""
    rule = next(rule for rule in load(HallPlan, HALL).rules if rule.id == RULE)
    told = {
        "rule": rule.id,
        "zone": rule.zone,
        "above": rule.raise_above,
        "forMs": rule.raise_for_s * 1000,
        "wanted": RAISED,
    }
    with (
        tempfile.TemporaryDirectory() as folder,
        running_demo(Path(folder), "--headless") as demo,
        launched() as browser,
    ):
        page = browser.new_page(base_url=demo.url)
        page.goto("/")
        page.request.post("/api/v1/session", data=demo.access["logins"]["manager"])
        page.reload()
        ages_ms: list[float] = page.evaluate(_LISTEN, told)
    return {"alert_to_page_p50_ms": median(ages_ms), "alert_to_page_max_ms": max(ages_ms)}
