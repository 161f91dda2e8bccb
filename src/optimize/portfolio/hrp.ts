/**
 * Hierarchical risk parity: assets are put in the order of a tree of their correlations (single linkage on the
 * distances √((1 − ρ)/2)), and the weight of each half of that order is split by the variances of its halves.
 *
 * @param covariance [size × size] with positive variances
 * @param correlation [size × size] where it is not that of the covariance, as with pairs of their own rows
 * @returns [size] positive, of sum 1
 * @see López de Prado 2016, doi:10.3905/jpm.2016.42.4.059 (with the distances themselves, not distances of distances)
 */
export function hrpWeights(covariance: Float64Array, correlation = correlationOf(covariance)): Float64Array {
  const size = Math.sqrt(covariance.length)
  const weights = new Float64Array(size).fill(1)
  const pending = [treeOrder(correlation, size)]
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part.length < 2) continue
    const half = part.length >> 1
    const [first, second] = [part.slice(0, half), part.slice(half)]
    const variance = clusterVariance(covariance, size, first)
    const share = 1 - variance / (variance + clusterVariance(covariance, size, second))
    for (const i of first) weights[i] *= share
    for (const i of second) weights[i] *= 1 - share
    pending.push(first, second)
  }
  return weights
}

/** Correlations of a covariance, within −1 … 1. @see definition */
export function correlationOf(covariance: Float64Array): Float64Array {
  const size = Math.sqrt(covariance.length)
  return covariance.map((value, k) => {
    const [i, j] = [Math.floor(k / size), k % size]
    return Math.min(1, Math.max(-1, value / Math.sqrt(covariance[i * size + i] * covariance[j * size + j])))
  })
}

/** Variance of a cluster at inverse-variance weights. */
function clusterVariance(covariance: Float64Array, size: number, members: number[]): number {
  let total = 0
  for (const i of members) total += 1 / covariance[i * size + i]
  let variance = 0
  for (const i of members) {
    for (const j of members) {
      const weights = (1 / covariance[i * size + i]) * (1 / covariance[j * size + j])
      variance += (weights * covariance[i * size + j]) / (total * total)
    }
  }
  return variance
}

/** Leaves of the tree of single linkage: of two clusters that meet, the one that is older comes first. */
function treeOrder(correlation: Float64Array, size: number): number[] {
  const edges = spanningTree(correlation, size).sort((a, b) => a.length - b.length)
  const clusterOf = Int32Array.from({ length: size }, (_, i) => i)
  const members = new Map<number, number[]>(Array.from(clusterOf, (i) => [i, [i]]))
  for (const [k, { from, to }] of edges.entries()) {
    const [older, newer] = [clusterOf[from], clusterOf[to]].sort((a, b) => a - b)
    const both = [...(members.get(older) as number[]), ...(members.get(newer) as number[])]
    members.delete(older)
    members.delete(newer)
    members.set(size + k, both)
    for (const i of both) clusterOf[i] = size + k
  }
  return [...members.values()][0]
}

interface Edge {
  from: number
  to: number
  length: number
}

/** Minimum spanning tree, whose edges in order of length are the merges of single linkage. @see Prim 1957 */
function spanningTree(correlation: Float64Array, size: number): Edge[] {
  const nearest = new Float64Array(size).fill(Number.POSITIVE_INFINITY)
  const parent = new Int32Array(size)
  const done = new Uint8Array(size)
  const edges: Edge[] = []
  for (let at = 0, count = 1; count < size; count++) {
    done[at] = 1
    let next = -1
    for (let j = 0; j < size; j++) {
      if (done[j]) continue
      const length = Math.sqrt((1 - correlation[at * size + j]) / 2)
      if (length < nearest[j]) {
        nearest[j] = length
        parent[j] = at
      }
      if (next < 0 || nearest[j] < nearest[next]) next = j
    }
    edges.push({ from: parent[next], to: next, length: nearest[next] })
    at = next
  }
  return edges
}
