import { type DependencyList, useEffect, useState } from 'react';
import { observeOn } from 'rxjs';
import { fromTask, type TaskFunction, type TaskRunner } from 'rxjs-task-runner';
import { ui } from './runners';

/** The newest value of `task`; undefined before the first. New `deps` cancel the task and post it anew. */
export function useTask<T>(runner: TaskRunner, task: TaskFunction<T>, deps: DependencyList): T | undefined {
  const [state, setState] = useState<{ value?: T; error?: unknown }>({});
  useEffect(() => {
    const values = fromTask(runner, task).pipe(observeOn(ui));
    const subscription = values.subscribe({
      next: (value) => setState({ value }),
      error: (error) => setState({ error }),
    });
    return () => subscription.unsubscribe();
  }, [runner, ...deps]);
  if ('error' in state) throw state.error; // for the error boundary
  return state.value;
}
