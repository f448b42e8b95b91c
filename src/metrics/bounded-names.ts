/** What all names share that come when there are too many. */
export const OTHER = 'other';

/** Names as the values of a label, of which there are at most `most`, and one for all others. */
export class BoundedNames {
  private readonly known = new Set<string>();

  constructor(private readonly most: number) {}

  labelOf(name: string): string {
    // An empty label is none, for Prometheus.
    const label = name === '' ? 'unnamed' : name;
    if (this.known.has(label)) return label;
    if (this.known.size >= this.most) return OTHER;
    this.known.add(label);
    return label;
  }
}
