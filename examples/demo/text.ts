/** Lines of at most 100 characters, or fewer if the terminal is narrow. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > Math.min(width, 100)) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line];
}

export function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
