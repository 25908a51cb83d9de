import type { KernelFinding, RunFindings, Verdict } from './findings'

/** `working`, or `working (uncertain)` where it might be otherwise. */
export function verdictTitle({ name, is_certain }: Verdict): string {
  return is_certain ? name : `${name} (uncertain)`
}

/** A group of a run with those of its kernels that are to be shown, and what to say of them. */
export interface FindingGroup {
  readonly name: string
  readonly verdict: Verdict
  readonly sentence: string
  readonly kernels: readonly KernelFinding[]
}

/** The groups that have a kernel that is to be shown. */
export function findingGroups(
  { groups, kernels }: RunFindings,
  shown: ReadonlySet<string>,
): readonly FindingGroup[] {
  return groups.flatMap(({ name, verdict, sentence }) => {
    const members = kernels.filter((kernel) => kernel.group === name && shown.has(kernel.id))
    return members.length === 0 ? [] : [{ name, verdict, sentence, kernels: members }]
  })
}
