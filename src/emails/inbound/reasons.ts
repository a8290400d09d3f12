import type { Step } from './inbound.types.js';

/** What was looked at, in its order. */
export class Reasons {
  readonly steps: Step[] = [];

  add(step: string, verdict: string, detail?: string): void {
    this.steps.push(detail === undefined ? { step, verdict } : { step, verdict, detail });
  }
}
