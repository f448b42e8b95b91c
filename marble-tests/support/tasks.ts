import { timer } from 'rxjs';

/** A task that holds its sequence, and a worker, for so many frames: as long as its observable is pending. */
export const lasting = (frames: number) => () => timer(frames);

/** A task that takes no time. */
export const brief = (): void => undefined;
