import { callbackFunction } from './callback-functions.js';
import { CallbackPump } from './callback-pump.js';
import { later } from './host-functions.js';
import type { Pump, Step } from './host.js';
import { RealHost } from './real-host.js';

/** Milliseconds between two frames, if the host has no frames. */
const FRAME_TIME = 16;

/** Real time, with steps in the callbacks before a frame is painted, or every 16 ms if there are no frames. */
export class FrameHost extends RealHost {
  protected override makePump(step: Step, keepsAlive: () => boolean): Pump {
    return new CallbackPump(step, keepsAlive, (run) => {
      const requestFrame = callbackFunction('requestAnimationFrame');
      return requestFrame === undefined ? later(run, FRAME_TIME) : requestFrame(run);
    });
  }
}
