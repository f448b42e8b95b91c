import { useEffect, useState } from 'react';
import { Subscription } from 'rxjs';
import { rows } from './runners';

const CHUNK = 10;

/** Makes its rows in chunks. Each is a best-effort task of its own, so that whatever is urgent goes before the next one. */
export function LongList({ count, makeRow }: { count: number; makeRow: (index: number) => string }) {
  const [made, setMade] = useState<readonly string[]>([]);
  useEffect(() => {
    const chunks = new Subscription();
    for (let first = 0; first < count; first += CHUNK) {
      const length = Math.min(CHUNK, count - first);
      const make = () => {
        const chunk = Array.from({ length }, (_, index) => makeRow(first + index));
        setMade((before) => [...before.slice(0, first), ...chunk]);
      };
      chunks.add(rows.postTask(make, { name: `rows from ${first}` }));
    }
    return () => chunks.unsubscribe();
  }, [count, makeRow]);
  return (
    <ol>
      {made.map((row, index) => (
        <li key={index}>{row}</li>
      ))}
    </ol>
  );
}
