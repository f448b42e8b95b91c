import { createContext, useContext, useState } from 'react';
import { io } from './runners';
import { useTask } from './use-task';

export type Search = (text: string, signal: AbortSignal) => Promise<readonly string[]>;
/** What finds words: an HTTP client in an app, a fake in the tests. */
export const SearchContext = createContext<Search>(() => Promise.resolve([]));

export function SearchBox() {
  const search = useContext(SearchContext);
  const [text, setText] = useState('');
  const words = useTask(io, ({ signal }) => search(text, signal), [search, text]);
  return (
    <>
      <input value={text} onChange={(event) => setText(event.target.value)} />
      <ul>
        {words?.map((word) => (
          <li key={word}>{word}</li>
        ))}
      </ul>
    </>
  );
}
