/** How many names a message has at most. */
const MOST_NAMES = 5;

/** The first few of many names, and how many more there are. */
export function shorten(names: readonly string[]): string {
  const rest = names.length - MOST_NAMES;
  return rest > 0 ? `${names.slice(0, MOST_NAMES).join('; ')}; and ${rest} more` : names.join('; ');
}
