/** The maximum number of names in a message. */
const MOST_NAMES = 5;

/** Lists the first few of many names, and the number of the others. */
export function shorten(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return rest > 0 ? `${names.slice(0, MOST_NAMES).join('; ')}; and ${rest} more` : names.join('; ');
}
