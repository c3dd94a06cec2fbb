// Whether a well-formed beacon is wanted: not a crawler's, not a page's that was loaded ahead, not the shop's own people's.
// Named steps, the first that says no is the reason; nothing here stores anything.
import type { DropReason, TrafficSettings } from '@winback/domain';
import { isbot } from 'isbot';
import { inNetwork } from './network.ts';

/** What the edge knows of a request (`request.cf`); the last two only where the shop's plan has them. */
interface Edge {
  verifiedBotCategory?: string;
  botManagement?: { score?: number; verifiedBot?: boolean };
}

/** Scores below are called automated by the edge (1: surely a machine, 99: surely a person). */
const automatedBelow = 2;

type Step = (request: Request, traffic: TrafficSettings, caller: Caller) => DropReason | null;
/** `program`: an app or a shop's server, which calls itself by a name that lists of crawlers hold. */
export type Caller = 'browser' | 'program';

const steps: readonly Step[] = [
  ({ headers }) => {
    const purpose = headers.get('sec-purpose') ?? headers.get('purpose') ?? headers.get('x-moz') ?? '';
    return purpose.includes('prefetch') || purpose.includes('prerender') ? 'prefetch' : null;
  },
  (request, _traffic, caller) => (caller === 'browser' && isAutomated(request) ? 'bot' : null),
  ({ headers }, { internalAddresses }) => {
    const address = headers.get('cf-connecting-ip');
    return address && internalAddresses.some((network) => inNetwork(address, network)) ? 'internal' : null;
  },
];

/** Why this beacon is not wanted; null: it is. */
export function judge(request: Request, traffic: TrafficSettings, caller: Caller = 'browser'): DropReason | null {
  for (const step of steps) {
    const reason = step(request, traffic, caller);
    if (reason) return reason;
  }
  return null;
}

function isAutomated(request: Request): boolean {
  const { verifiedBotCategory, botManagement } = (request.cf ?? {}) as Edge;
  if (verifiedBotCategory || botManagement?.verifiedBot) return true;
  if ((botManagement?.score ?? 99) < automatedBelow) return true;
  const agent = request.headers.get('user-agent');
  return agent !== null && isbot(agent);
}
