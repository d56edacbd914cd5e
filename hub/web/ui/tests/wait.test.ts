/** Waits are said as honest ranges: run by `node --test`. */
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { wait } from '../src/words/wait.ts'

interface Example {
  p50_s: number
  p90_s: number
  key: string
}
// The kiosk is held to the same examples: a visitor reads one wait on every screen.
const examples = JSON.parse(
  readFileSync(new URL('../../../../tests/waits.json', import.meta.url), 'utf8'),
) as Example[]

for (const { p50_s: p50S, p90_s: p90S, key, ...figures } of examples) {
  test(`from ${p50S} to ${p90S} seconds`, () => {
    assert.deepEqual(wait(p50S, p90S), { key: `wait.${key}`, ...figures })
  })
}

test('the range covers both figures, whatever they are', () => {
  for (let p50 = 0; p50 < 4 * 3600; p50 += 37) {
    for (const factor of [1, 1.3, 2, 3]) {
      const said = wait(p50, p50 * factor)
      if (!('low' in said)) continue
      const unit = said.key === 'wait.hours' ? 3600 : 60
      assert.ok(said.low < said.high)
      assert.ok(said.high * unit >= p50 * factor, `${p50} × ${factor}`)
      assert.ok(said.low * unit <= Math.max(p50, unit), `${p50} × ${factor}`)
    }
  }
})
