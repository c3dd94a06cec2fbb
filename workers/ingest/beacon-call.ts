import type { Env } from '../env.ts';

/** What the door for beacons is asked with: the platform's own three, for it stands before the router. */
export interface BeaconCall {
  request: Request;
  env: Env;
  ctx: Pick<ExecutionContext, 'waitUntil'>;
}
