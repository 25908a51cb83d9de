import { describe, expect, it } from 'vitest'

import {
  emptiness,
  leftOut,
  panelSentence,
  ridgeSentence,
} from '../../src/model/distribution-sentence'
import type { DistributionColumn, DistributionPanel, PanelRun } from '../../src/model/distributions'
import { evenEdges, row, run } from '../samples'

function panelRun(name: string, mean: number, peak = 1): PanelRun {
  const density = new Float64Array(40)
  const spread = {
    of: 'channels',
    edges: evenEdges(0, 1),
    density,
    peak,
  } as const
  return { run: run(name), place: 500, mean, max: 1, nFrames: null, spreads: [spread] }
}

function panel(...runs: readonly PanelRun[]): DistributionPanel {
  return { x: [0, 1], y: [0, 1], runs, left: [] }
}

function column(changes: Partial<DistributionColumn> = {}): DistributionColumn {
  const rest = { over: 'channels', shape: 'histogram', runs: [], isMissing: false } as const
  return { row: row(), axis: 'step', ...rest, x: [0, 1], panels: [], ...changes }
}

describe('panelSentence', () => {
  it('says between what the means are', () => {
    const two = panel(panelRun('a', 0.5), panelRun('b', 0.25))
    expect(panelSentence(column(), two, '500')).toBe(
      'Distribution of 64 channel norms of output/kernel at step 500, 2 runs: mean between 0.2500 (b) and 0.5000 (a).',
    )
  })

  it('says the mean of one run, or that there is none', () => {
    const one = column({ row: row({ n_channels: 1 }), axis: 'epoch' })
    expect(panelSentence(one, panel(panelRun('a', 0.5)), '2.5')).toBe(
      'Distribution of 1 channel norm of output/kernel at epoch 2.5, 1 run: mean 0.5000.',
    )
    expect(panelSentence(column(), panel(), '0')).toBe(
      'Distribution of 64 channel norms of output/kernel at step 0, 0 runs: no finite values.',
    )
    expect(panelSentence(column({ isMissing: true }), panel(), '0')).toBe(
      'Distribution of 64 channel norms of output/kernel at step 0, 0 runs: in none of the runs.',
    )
  })

  it('says what is spread over batches, and what is cut', () => {
    const over = column({ over: 'batches', axis: 'epoch' })
    expect(panelSentence(over, panel(panelRun('a', 0.5, 2)), '3')).toBe(
      'Distribution of mean and largest of 64 channel norms of output/kernel over the batches of epoch 3, 1 run: median of the mean 0.5000. 1 peak cut.',
    )
  })
})

describe('leftOut', () => {
  const broken = { ...panel(panelRun('a', 0.5)), left: [run('b'), run('c')] }

  it('counts the runs that are not finite', () => {
    expect(leftOut(column(), [panel(panelRun('a', 0.5))])).toBe('')
    expect(leftOut(column(), [broken])).toBe('2 runs left out: not finite at this step')
    const other = { ...panel(), left: [run('b')] }
    expect(leftOut(column({ axis: 'epoch' }), [other, panel(), other])).toBe(
      '1 run left out: not finite at some epochs',
    )
  })

  it('is part of the sentences', () => {
    expect(panelSentence(column(), broken, '500')).toBe(
      'Distribution of 64 channel norms of output/kernel at step 500, 1 run: mean 0.5000. 2 runs left out: not finite at this step.',
    )
    expect(ridgeSentence(column({ panels: [broken, panel()] }), ['0', '500'])).toBe(
      'Distributions of 64 channel norms of output/kernel at steps 0 to 500, 1 run; in the last, mean 0.5000. 2 runs left out: not finite at some steps.',
    )
  })
})

describe('emptiness', () => {
  const outside: DistributionPanel = { ...panel(panelRun('a', 0.5)), x: [2, 3] }

  it('says why there is nothing to see', () => {
    expect(emptiness(column(), [panel()])).toBe('no finite values')
    expect(emptiness(column({ isMissing: true }), [panel()])).toBe('in none of the runs')
    expect(emptiness(column(), [panel(), outside])).toBe('outside the limits')
    expect(emptiness(column(), [panel(panelRun('a', 0.5)), outside])).toBe('')
  })

  it('is told in the sentence', () => {
    expect(panelSentence(column(), outside, '500')).toBe(
      'Distribution of 64 channel norms of output/kernel at step 500, 1 run: mean 0.5000. Outside the limits.',
    )
  })
})

describe('ridgeSentence', () => {
  it('says where the runs are at the last moment that has any', () => {
    const panels = [panel(panelRun('a', 0.5)), panel(panelRun('a', 0.25)), panel()]
    expect(ridgeSentence(column({ panels }), ['0', '500', '1,000'])).toBe(
      'Distributions of 64 channel norms of output/kernel at steps 0 to 1,000, 1 run; in the last, mean 0.2500.',
    )
  })

  it('says so when nothing is finite', () => {
    expect(ridgeSentence(column({ panels: [panel()] }), ['0'])).toBe(
      'Distributions of 64 channel norms of output/kernel at steps 0 to 0, 0 runs: no finite values.',
    )
  })
})
