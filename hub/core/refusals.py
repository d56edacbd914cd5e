"""The table of refusals: stable code, HTTP status and the sentence a person reads."""

from dataclasses import dataclass
from typing import Final

from hall.messages import Text


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row of the table."""

    status: int
    text: Text


@dataclass(frozen=True, slots=True)
class Refused:
    """A command that was not carried out. `code` is a key of REFUSALS."""

    code: str


def _row(status: int, zh: str, en: str) -> Refusal:
    return Refusal(status, Text(zh=zh, en=en))


REFUSALS: Final[dict[str, Refusal]] = {
    "not_signed_in": _row(401, "请先登录。", "Please sign in first."),
    "wrong_credentials": _row(
        401,
        "用户名或密码不对，请核对后再试。",
        "The user name or password is not right. Check them and try again.",
    ),
    "forbidden": _row(
        403,
        "您的岗位没有这项权限，请联系大厅主管。",
        "Your role may not do this. Ask the hall manager.",
    ),
    "csrf": _row(
        403, "页面已过期，请刷新后重试。", "This page has expired. Reload it and try again."
    ),
    "foreign_origin": _row(
        403, "只能从本大厅的页面使用。", "This can only be used from this hall's own pages."
    ),
    "window_of_another": _row(
        403,
        "这个窗口由另一位同事负责，请先由对方关闭窗口。",
        "A colleague has this window. Ask them to close it first.",
    ),
    "not_found": _row(404, "没有这个页面。", "There is no such page."),
    "unknown_service": _row(
        404, "没有这项业务，请重新选择。", "There is no such service. Choose another."
    ),
    "unknown_ticket": _row(
        404,
        "没有找到这张号票，请到导税台咨询。",
        "This ticket was not found. Ask at the guide desk.",
    ),
    "unknown_person": _row(
        404,
        "大厅配置的排班人员里没有这个人，请核对姓名。",
        "The hall file has nobody of this name among its clerks. Check the name.",
    ),
    "no_forecast": _row(
        404,
        "只有今天起两周内的预测。",
        "There are forecasts only for today and the next two weeks.",
    ),
    "unknown_window": _row(404, "没有这个窗口。", "There is no such window."),
    "unknown_appointment": _row(
        404, "没有找到这个预约，请核对后再试。", "This appointment was not found. Check it."
    ),
    "unknown_slot": _row(
        404,
        "这个时段不能预约，请另选时段。",
        "This time cannot be booked. Choose another.",
    ),
    "unknown_callback": _row(404, "没有这项回访任务。", "There is no such call-back."),
    "unknown_camera": _row(
        404, "没有收到过这台摄像机的数据。", "Nothing has been heard of such a camera."
    ),
    "unknown_alert": _row(404, "没有这条预警。", "There is no such alert."),
    "method_not_allowed": _row(405, "不支持这种操作。", "This operation is not supported here."),
    "hall_closed": _row(
        409,
        "现在不在办公时间，请在办公时间来取号。",
        "The hall is closed now. Come back during opening hours.",
    ),
    "last_ticket_given": _row(
        409,
        "快下班了，今天不再发号，请明天早些来。",
        "The hall closes soon and gives no more numbers today. Come early on another day.",
    ),
    "quota_spent": _row(
        409,
        "这项业务今天的号已经发完，请改天来或网上办理。",
        "All numbers for this service are taken today. Come another day or do it online.",
    ),
    "service_twice": _row(422, "同一项业务只需选一次。", "Choose each service only once."),
    "already_waiting": _row(
        409,
        "您在这类业务已有一个号，请先用完或退号。",
        "You hold a number for this kind of service already. Use it or give it back first.",
    ),
    "number_taken": _row(
        409,
        "今天已有这个号码，请换一个号码再补录。",
        "Another ticket of today has this number. Give the paper another one.",
    ),
    "paper_time": _row(
        422,
        "纸质号的时间要在今天，且不晚于现在。",
        "The time of a paper number must be today and not in the future.",
    ),
    "ticket_not_waiting": _row(409, "这张号票现在不在等候中。", "This ticket is not waiting now."),
    "ticket_not_held": _row(409, "这张号票没有被保留。", "This ticket is not being kept."),
    "transfer_where": _row(
        422, "请选择转到哪项业务或哪个窗口。", "Choose the service or window to transfer to."
    ),
    "window_lacks_skill": _row(
        409, "这个窗口不办这项业务，请另选窗口。", "This window does not do this service."
    ),
    "no_diversion": _row(
        409,
        "这项业务现在只能在窗口办理。",
        "This service can only be done at a window now.",
    ),
    "not_served": _row(409, "办结以后才能评价。", "A visit can be rated once it is finished."),
    "span_of_observations": _row(
        422,
        "时段不对或太长，请缩短时段或加大间隔。",
        "The span is not one, or too long. Ask for a shorter span or wider steps.",
    ),
    "already_rated": _row(
        409, "这次办理已经评价过了，谢谢。", "This visit has been rated already. Thank you."
    ),
    "not_bookable": _row(
        409, "这项业务不用预约，直接取号即可。", "This service needs no booking: take a number."
    ),
    "day_to_come": _row(
        422,
        "这一天还没有到，请选今天或更早的日期。",
        "That day is still to come. Choose an earlier one.",
    ),
    "slot_full": _row(
        409, "这个时段已经约满，请另选时段。", "This time is fully booked. Choose another."
    ),
    "booked_already": _row(
        409,
        "您当天已预约过这项业务。",
        "You have booked this service on that day already.",
    ),
    "appointments_missed": _row(
        409,
        "您多次预约未到，近期请直接到大厅取号。",
        "You missed several appointments. For now, please take a number in the hall.",
    ),
    "appointment_over": _row(
        409, "这个预约已经用过或取消。", "This appointment was used or cancelled."
    ),
    "other_service": _row(
        409,
        "这个预约原来约的是别的业务，请先取消，再用新的编号预约。",
        "This visit was booked for another service. Cancel it first, then book under a new"
        " reference.",
    ),
    "too_early": _row(
        409, "还没到签到时间，请稍后再来。", "It is too early to check in. Come back later."
    ),
    "reason_needed": _row(422, "不按顺序叫号需要写明原因。", "Calling out of turn needs a reason."),
    "grace_period": _row(
        409,
        "刚叫号不久，请再等一会儿或重呼一次。",
        "The call was only just made. Wait a little or call again.",
    ),
    "services_left": _row(
        409,
        "这位还有业务要在本窗口办：请点“办结”转入下一项。",
        "This visitor has another service here: press finish to go on with it.",
    ),
    "cash_needed": _row(
        409,
        "收现金的窗口不能再少了，请先开另一个。",
        "No fewer windows may take cash now. Open another one first.",
    ),
    "ticket_awaits": _row(
        409,
        "上一位还没有处理：请先点“开始办理”“办结”或“未到”。",
        "The last visitor called is still open: start, finish or mark a no-show first.",
    ),
    "window_not_open": _row(
        409, "窗口还没有打开，请先开窗。", "The window is not open. Open it first."
    ),
    "window_busy": _row(
        409,
        "还有一位在办理，请先办结。",
        "Someone is still being served. Finish with them first.",
    ),
    "nothing_called": _row(
        409,
        "窗口现在没有叫号，请先呼叫下一位。",
        "No one is called at this window. Call next first.",
    ),
    "ticket_finished": _row(
        409, "这张号票已经结束，如需办理请重新取号。", "This ticket is finished. Take a new one."
    ),
    "ticket_at_window": _row(
        409,
        "已经轮到您了，请到窗口办理。",
        "It is your turn already. Please go to the window.",
    ),
    "alert_cleared": _row(409, "这条预警已经解除。", "This alert has already cleared."),
    "no_advice": _row(
        409, "这条预警没有可采纳的建议。", "There is no advice to carry out for this alert."
    ),
    "advice_outdated": _row(
        409,
        "这个窗口已经开了，这条建议不用再采纳。",
        "This window is open already. There is nothing left to do.",
    ),
    "thumbnail_off": _row(
        409,
        "这台摄像机没有开放马赛克画面，如需开放请联系设备管理员。",
        "This camera does not show its picture in blocks. Whoever runs its box can switch it on.",
    ),
    "camera_away": _row(
        409,
        "这台摄像机现在没有画面，请检查电源和网络。",
        "This camera sends no picture now. Check its power and network.",
    ),
    "key_reused": _row(
        409,
        "同一个请求标识用在了不同的内容上，请重新操作。",
        "The same idempotency key came with different content. Start again.",
    ),
    "report_ahead": _row(
        422, "这段时间还没有到，没有报告。", "This time is still to come. There is no report of it."
    ),
    "too_large": _row(413, "提交的内容太大。", "What was sent is too large."),
    "invalid_request": _row(
        422,
        "提交的内容不完整或格式不对，请检查后重试。",
        "Something is missing or malformed. Check it.",
    ),
    "booking_too_often": _row(
        429,
        "预约操作太频繁，请过 10 分钟再试，也可以直接到大厅取号。",
        "Too many bookings came from your network. Try again in 10 minutes, or take a number in"
        " the hall.",
    ),
    "invalid_span": _row(
        422,
        "起止时间不对：终点应晚于起点，且最多相隔 400 天。",
        "The span is not right: it must end after it begins, at most 400 days later.",
    ),
    "thumbnail_too_often": _row(
        429,
        "刚刚看过这台摄像机，请 10 秒后再看。",
        "Someone has just looked through this camera. Look again in 10 seconds.",
    ),
    "thumbnail_unanswered": _row(
        504,
        "视觉节点没有回应，请稍后再试。",
        "The camera's box did not answer. Try again soon.",
    ),
    "report_pending": _row(
        503,
        "报告正在统计，请稍后再看。",
        "The report is being counted. Look again soon.",
    ),
    "not_worked_out": _row(
        503,
        "一时算不出来，请稍后再试。",
        "This could not be worked out in time. Try again shortly.",
    ),
    "unavailable": _row(
        503,
        "系统暂时无法保存，请稍后再试；已取的号不受影响。",
        "The hub cannot save right now. Try again soon; tickets already taken are safe.",
    ),
}
