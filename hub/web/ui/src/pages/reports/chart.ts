/** What a chart of a report looks like: calm bars, and dashes for a second figure. */
import type { BarSeriesOption, ScatterSeriesOption } from 'echarts/charts'
import type { GridComponentOption } from 'echarts/components'
import type { ComposeOption } from 'echarts/core'
import type { Palette } from '../dashboard/curve'

export type Chart = ComposeOption<BarSeriesOption | ScatterSeriesOption | GridComponentOption>

export interface Series {
  labels: string[]
  bars: (number | null)[]
  dashes: (number | null)[]
}

const CAPTION_PX = 14
const DASH: [number, number] = [22, 3]

export function chart({ labels, bars, dashes }: Series, colours: Palette): Chart {
  const text = { color: colours.quiet, fontSize: CAPTION_PX, fontFamily: colours.font }
  return {
    animation: false,
    grid: { left: 4, right: 4, top: 24, bottom: 26 },
    xAxis: {
      type: 'category',
      data: labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
      axisLabel: { ...text, hideOverlap: true },
    },
    yAxis: { type: 'value', show: false, min: 0 },
    series: [
      {
        type: 'bar',
        data: bars,
        silent: true,
        barMaxWidth: 44,
        itemStyle: { color: colours.accent, opacity: 0.32, borderRadius: [3, 3, 0, 0] },
        label: {
          show: bars.length <= 16,
          position: 'top',
          opacity: 1,
          ...text,
          formatter: ({ value }) => (typeof value === 'number' ? value.toFixed(0) : ''),
        },
      },
      {
        type: 'scatter',
        data: dashes,
        silent: true,
        symbol: 'rect',
        symbolSize: DASH,
        itemStyle: { color: colours.accent },
      },
    ],
  }
}
