/** What a zone's curve looks like: one line, one ground, no decoration. */
import type { LineSeriesOption } from 'echarts/charts'
import type { GridComponentOption, MarkLineComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import type { Sample } from '../../live/history'

export type Curve = ComposeOption<LineSeriesOption | GridComponentOption | MarkLineComponentOption>

export interface Palette {
  accent: string
  quiet: string
  line: string
  critical: string
  font: string
}

/** The tokens as they hold where `place` stands, in its theme. */
export function palette(place: HTMLElement): Palette {
  const style = getComputedStyle(place)
  const token = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    accent: token('accent'),
    quiet: token('quiet'),
    line: token('line'),
    critical: token('critical'),
    font: style.fontFamily,
  }
}

export interface CurveWords {
  start: string
  present: string
  threshold: string
}

const CAPTION_PX = 14
const LEAST_TOP = 4
const STEP = 5

export function curve(
  samples: Sample[],
  span: [number, number],
  threshold: number | undefined,
  words: CurveWords,
  colours: Palette,
): Curve {
  const highest = Math.max(LEAST_TOP, threshold ?? 0, ...samples.map(([, count]) => count))
  const top = Math.ceil((highest * 1.1) / STEP) * STEP
  const text = { color: colours.quiet, fontSize: CAPTION_PX, fontFamily: colours.font }
  return {
    animation: false,
    grid: { left: 8, right: 28, top: 10, bottom: 26 },
    xAxis: {
      type: 'value',
      min: span[0],
      max: span[1],
      interval: span[1] - span[0],
      splitLine: { show: false },
      axisTick: { show: false },
      axisLine: { show: false },
      axisLabel: {
        ...text,
        alignMinLabel: 'left',
        alignMaxLabel: 'right',
        formatter: (at: number) => (at < span[1] ? words.start : words.present),
      },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: top,
      interval: top,
      position: 'right',
      splitLine: { lineStyle: { color: colours.line } },
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: { ...text, margin: 6 },
    },
    series: [
      {
        type: 'line',
        data: samples,
        step: 'end',
        showSymbol: false,
        silent: true,
        lineStyle: { color: colours.accent, width: 2.5 },
        areaStyle: { color: colours.accent, opacity: 0.1 },
        markLine: thresholdLine(threshold, words.threshold, colours),
      },
    ],
  }
}

function thresholdLine(
  threshold: number | undefined,
  words: string,
  colours: Palette,
): NonNullable<LineSeriesOption['markLine']> {
  return {
    silent: true,
    symbol: 'none',
    lineStyle: { color: colours.critical, type: 'dashed', width: 1.5 },
    label: {
      formatter: words,
      position: 'insideStartTop',
      color: colours.critical,
      fontSize: CAPTION_PX,
      fontFamily: colours.font,
    },
    data: threshold === undefined ? [] : [{ yAxis: threshold }],
  }
}
