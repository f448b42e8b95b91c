const NAMES = ['blocking', 'visible', 'effort', 'outside', 'thread', 'late', 'key', 'grid', 'muted'] as const;
export type ColourName = (typeof NAMES)[number];

/** The colours of the style sheet, for what is drawn. */
export class Palette {
  private colours = new Map<ColourName, string>();

  constructor() {
    this.read();
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.read());
  }

  /** The theme has changed. */
  read(): void {
    const style = getComputedStyle(document.documentElement);
    this.colours = new Map(NAMES.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
  }

  get(name: ColourName): string {
    return this.colours.get(name)!;
  }
}
