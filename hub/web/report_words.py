"""The words of reports in files, in both languages, and what stands under them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from hall.messages import Text
from hall.reports import CellKind


@dataclass(frozen=True, slots=True)
class Word:
    """A heading or label. `kind`: what a column of that name holds."""

    text: Text
    kind: CellKind


def _word(zh: str, en: str, kind: CellKind = "count") -> Word:
    return Word(Text(zh=zh, en=en), kind)


WORDS: Final[Mapping[str, Word]] = {
    "day": _word("日报", "Day report"),
    "week": _word("周报", "Week report"),
    "month": _word("月报", "Month report"),
    "none": _word("这段时间没有数据。", "There are no data of this time."),
    "running": _word("统计到 {at}，尚未结束", "as far as {at}, not over yet"),
    "final": _word("全部统计完毕", "complete"),
    "page": _word("第 {n} 页，共 {all} 页", "page {n} of {all}"),
    "summary": _word("总览", "Summary"),
    "figure": _word("指标", "Figure", "text"),
    "value": _word("数值", "Value"),
    "before_day": _word("前一天", "Day before"),
    "before_week": _word("上周", "Week before"),
    "same_day": _word("上周同日", "Same day a week before"),
    "before_month": _word("上月", "Month before"),
    "arrivals": _word("取号人数", "Arrivals"),
    "served": _word("办结业务", "Services done"),
    "wait_mean": _word("平均等候（分）", "Mean wait (min)", "decimal"),
    "wait_p50": _word("等候中位数（分）", "Median wait (min)", "decimal"),
    "wait_p90": _word("九成等候不超过（分）", "P90 wait (min)", "decimal"),
    "wait_p95": _word("九成五等候不超过（分）", "P95 wait (min)", "decimal"),
    "wait_max": _word("最长等候（分）", "Longest wait (min)", "decimal"),
    "over_target": _word("超过目标占比", "Over target", "share"),
    "over_30": _word("超过 30 分占比", "Over 30 min", "share"),
    "over_60": _word("超过 60 分占比", "Over 60 min", "share"),
    "service_mean": _word("平均办理（分）", "Mean service (min)", "decimal"),
    "service_p90": _word("九成办理不超过（分）", "P90 service (min)", "decimal"),
    "left": _word("中途放弃", "Left the queue"),
    "left_share": _word("放弃占比", "Share who left", "share"),
    "no_show": _word("叫号未到", "No-shows"),
    "no_show_share": _word("未到占比", "Share of no-shows", "share"),
    "lapsed": _word("保留过期", "Held too long"),
    "after_hours": _word("延时办结", "Done after hours"),
    "transferred": _word("转办", "Transfers"),
    "second_chances": _word("过号重排", "Second chances"),
    "second_chances_served": _word("重排后办结", "Served at the second"),
    "held": _word("保留号", "Numbers held"),
    "returned": _word("保留后返回", "Came back"),
    "further_wait": _word("再次等候平均（分）", "Mean further wait (min)", "decimal"),
    "callbacks_opened": _word("新增回访", "Call-backs opened"),
    "callbacks_done": _word("完成回访", "Call-backs done"),
    "satisfied": _word("满意率", "Satisfied", "share"),
    "satisfied_range": _word("满意率区间", "95 % interval", "text"),
    "answered": _word("评价数", "Answers"),
    "asked": _word("可评价", "Could answer"),
    "few": _word("评价太少，不计满意率", "too few answers to judge"),
    "level_5": _word("非常满意", "Very satisfied"),
    "level_4": _word("满意", "Satisfied"),
    "level_3": _word("基本满意", "Fairly satisfied"),
    "level_2": _word("不满意", "Dissatisfied"),
    "level_1": _word("非常不满意", "Very dissatisfied"),
    "days": _word("每日", "Days"),
    "date": _word("日期", "Date", "text"),
    "hours": _word("分时", "Hours"),
    "hour": _word("时段", "Hour", "text"),
    "quarters": _word("每刻钟取号", "Arrivals by quarter-hour"),
    "quarter": _word("时刻", "From", "text"),
    "total": _word("合计", "Total"),
    "services": _word("业务", "Services"),
    "service": _word("业务", "Service", "text"),
    "classes": _word("人群", "Visitors"),
    "class": _word("类别", "Class", "text"),
    "walk_in": _word("普通", "Walk-in"),
    "priority": _word("优先", "Priority"),
    "appointment": _word("预约", "Appointment"),
    "windows": _word("窗口", "Windows"),
    "window": _word("窗口", "Window", "text"),
    "open_h": _word("开放（小时）", "Open (h)", "decimal"),
    "utilisation": _word("忙碌占比", "Utilisation", "share"),
    "pauses": _word("窗口暂停", "Pauses"),
    "reason": _word("原因", "Reason", "text"),
    "no_reason": _word("未写明", "not given"),
    "times": _word("次数", "Times"),
    "minutes": _word("时长（分）", "Minutes", "decimal"),
    "clerks": _word("人员", "Clerks"),
    "clerk": _word("人员", "Clerk", "text"),
    "picks": _word("不按顺序叫号", "Calls out of turn"),
    "overtaken": _word("越过人数", "Passed over"),
    "ratings": _word("好差评", "Ratings"),
    "of": _word("对象", "Of", "text"),
    "hall": _word("大厅", "Hall"),
    "others": _word("预约、转办、保留与回访", "Appointments, transfers, held numbers, call-backs"),
    "booked": _word("新预约", "Booked"),
    "cancelled": _word("取消", "Cancelled"),
    "came": _word("按时到", "Came in time"),
    "late": _word("迟到", "Came late"),
    "missed": _word("爽约", "Did not come"),
    "to_come": _word("待到", "Still to come"),
    "diversions": _word("分流", "Diversion"),
    "to": _word("去向", "To", "text"),
    "kiosk": _word("自助机", "Kiosk"),
    "expert": _word("视频专家", "Video expert"),
    "taken": _word("尝试", "Tried"),
    "succeeded": _word("办成", "Succeeded"),
    "back": _word("返回排队", "Came back"),
    "alerts": _word("预警", "Alerts"),
    "rule": _word("规则", "Rule", "text"),
    "subject": _word("对象", "Subject", "text"),
    "raised": _word("发出", "Raised"),
    "acknowledged": _word("已知", "Acknowledged"),
    "applied": _word("采纳", "Applied"),
    "measured": _word("查看效果", "Effect looked at"),
    "helped": _word("有改善", "Helped"),
    "dismissed": _word("不采纳", "Declined"),
    "cleared": _word("解除", "Cleared"),
    "answered_after": _word("平均响应（分）", "Mean answer (min)", "decimal"),
    "lasted": _word("平均持续（分）", "Mean duration (min)", "decimal"),
    "crowding": _word("人流高峰", "Density peaks"),
    "zone": _word("区域", "Zone", "text"),
    "at": _word("时刻", "At", "text"),
    "people": _word("人数", "People"),
    "density": _word("人每平方米", "Persons/m²", "decimal"),
    "no_cameras": _word("没有摄像机数据", "no camera data"),
    "forecast": _word("预测对比", "Forecast"),
    "expected": _word("预测人数", "Expected", "decimal"),
    "off": _word("预测偏差", "Off by"),
    "no_forecast": _word("没有留存预测", "no forecast was kept"),
}


def say(word: str, language: str, **figures: object) -> str:
    """A word in a language, with its figures put in."""
    text = WORDS[word].text
    return (text.en if language == "en" else text.zh).format(**figures)
