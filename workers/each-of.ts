/** Does `work` for each, at most `atOnce` at a time. After a failure nothing new is begun, and the failure is thrown. */
export async function eachOf<One>(
  list: readonly One[],
  atOnce: number,
  work: (one: One) => Promise<void>,
): Promise<void> {
  const rest = list.values();
  const lane = async () => {
    for (const one of rest) await work(one); // leaving by a failure closes what is left for all lanes
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, list.length) }, lane));
}
