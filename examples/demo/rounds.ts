/**
 * Lets each contender run in each round. Each round begins with another one, in case that being first makes a difference.
 *
 * @returns the runs by contender, in the order of the contenders
 */
export async function runRounds<C extends { readonly name: string }, R>(
  contenders: readonly C[],
  rounds: number,
  run: (contender: C, title: string) => Promise<R>,
): Promise<Map<string, R[]>> {
  const runs = new Map(contenders.map(({ name }) => [name, [] as R[]]));
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < contenders.length; turn++) {
      const contender = contenders[(round + turn) % contenders.length]!;
      runs.get(contender.name)!.push(await run(contender, `round ${round + 1}/${rounds}  ${contender.name}`));
    }
  }
  return runs;
}
