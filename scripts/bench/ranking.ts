// How good a ranking is. Equal scores share what they get, so that no luck of the sequence counts.
export interface Scored {
  score: number;
  came: boolean;
}

export interface Quality {
  /** Average precision. */
  ap: number;
  /** Precision among the highest twentieth. */
  top: number;
}

export function qualityOf(scored: readonly Scored[]): Quality {
  const sorted = scored.toSorted((a, b) => b.score - a.score);
  const positives = sorted.filter(({ came }) => came).length;
  const topSize = Math.floor(sorted.length * 0.05);
  let hits = 0;
  let ap = 0;
  let topHits = 0;
  for (let start = 0, end = 0; start < sorted.length; start = end) {
    let came = 0;
    for (; sorted[end] !== undefined && sorted[end]?.score === sorted[start]?.score; end += 1)
      came += sorted[end]?.came ? 1 : 0;
    topHits += (came * Math.min(end - start, Math.max(0, topSize - start))) / (end - start);
    hits += came;
    ap += (came / positives) * (hits / end);
  }
  return { ap, top: topHits / topSize };
}
