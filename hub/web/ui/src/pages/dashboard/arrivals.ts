/** What a day's arrivals look like: who came as bars, the usual day as a line, what is expected as a band. */
import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts'
import type { GridComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import type { ArrivalsForecast } from '../../api/types'
import type { Palette } from './curve'

export type Picture = ComposeOption<BarSeriesOption | LineSeriesOption | GridComponentOption>
type Steps = ArrivalsForecast['steps']

const CAPTION_PX = 14
const LEAST_TOP = 4
const HOUR_STEPS = 4

/** The whole number at the top of the chart: nothing is cut off, and its half is whole too. */
export function top(steps: Steps): number {
  const highest = Math.max(LEAST_TOP, ...steps.map(({ high, came }) => Math.max(high, came ?? 0)))
  return Math.ceil(highest / LEAST_TOP) * LEAST_TOP
}

/** The first step of the busiest hour that is not over, by what is expected; none when all is over. */
export function busiestHour(steps: Steps, now: number): string | undefined {
  let best: { at: string; visitors: number } | undefined
  for (let index = 0; index + HOUR_STEPS <= steps.length; index += 1) {
    const hour = steps.slice(index, index + HOUR_STEPS)
    const first = hour[0]
    if (!first || Date.parse(first.at) < now) continue
    const visitors = hour.reduce((sum, { expected }) => sum + expected, 0)
    if (!best || visitors > best.visitors) best = { at: first.at, visitors }
  }
  return best && best.visitors > 0 ? best.at : undefined
}

export function picture(steps: Steps, clock: (at: string) => string, colours: Palette): Picture {
  const text = { color: colours.quiet, fontSize: CAPTION_PX, fontFamily: colours.font }
  const highest = top(steps)
  return {
    animation: false,
    grid: { left: 4, right: 32, top: 10, bottom: 26 },
    xAxis: {
      type: 'category',
      data: steps.map(({ at }) => clock(at)),
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...text, interval: (_: number, label: string) => label.endsWith(':00'), hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: highest,
      interval: highest / 2,
      position: 'right',
      splitLine: { lineStyle: { color: colours.line } },
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...text, margin: 6 },
    },
    series: [...band(steps, colours), came(steps, colours), usual(steps, colours)],
  }
}

/** From low to high of each step: the lower edge unseen, the rest stacked on it. */
function band(steps: Steps, colours: Palette): LineSeriesOption[] {
  const edge = { type: 'line', stack: 'band', step: 'middle', silent: true, symbol: 'none' } as const
  const unseen = { lineStyle: { opacity: 0 } }
  return [
    { ...edge, ...unseen, data: steps.map(({ low }) => low) },
    {
      ...edge,
      ...unseen,
      data: steps.map(({ low, high }) => high - low),
      areaStyle: { color: colours.accent, opacity: 0.16 },
    },
  ]
}

function came(steps: Steps, colours: Palette): BarSeriesOption {
  return {
    type: 'bar',
    silent: true,
    barCategoryGap: '25%',
    data: steps.map(({ came: visitors }) => visitors ?? '-'),
    itemStyle: { color: colours.accent },
  }
}

function usual(steps: Steps, colours: Palette): LineSeriesOption {
  return {
    type: 'line',
    silent: true,
    showSymbol: false,
    smooth: 0.3,
    data: steps.map(({ usual: visitors }) => visitors),
    lineStyle: { color: colours.quiet, type: 'dashed', width: 1.5 },
  }
}
