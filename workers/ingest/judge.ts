// Whether a well-formed beacon is wanted: not a crawler's, not a page's that was loaded ahead, not the shop's own people's.
// Named steps, the first that drops says why; nothing here stores anything.
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

const steps: readonly Step[] = [dropLoadedAhead, dropBots, dropInternal];

/** Why this beacon is not wanted; null: it is. */
export function judge(request: Request, traffic: TrafficSettings, caller: Caller = 'browser'): DropReason | null {
  for (const step of steps) {
    const reason = step(request, traffic, caller);
    if (reason) return reason;
  }
  return null;
}

/** A page that the browser loads before anybody asked for it (Fetch §`Sec-Purpose`; `Purpose` and `X-Moz` of older ones). */
function dropLoadedAhead({ headers }: Request): DropReason | null {
  const purpose = headers.get('sec-purpose') ?? headers.get('purpose') ?? headers.get('x-moz') ?? '';
  return purpose.includes('prefetch') || purpose.includes('prerender') ? 'prefetch' : null;
}

/** Who the edge knows to be a machine, or who calls itself one. A browser that does not say what it is is heard. */
function dropBots(request: Request, _traffic: TrafficSettings, caller: Caller): DropReason | null {
  if (caller === 'program') return null;
  const { verifiedBotCategory, botManagement } = (request.cf ?? {}) as Edge;
  if (verifiedBotCategory || botManagement?.verifiedBot) return 'bot';
  if ((botManagement?.score ?? 99) < automatedBelow) return 'bot';
  const agent = request.headers.get('user-agent');
  return agent !== null && isCrawler(agent) ? 'bot' : null;
}

const longestKept = 400;
const maxKept = 2_000;
/** Browsers that come once come again: the long pattern is asked once for each name. */
let agents = new Map<string, boolean>();

function isCrawler(agent: string): boolean {
  const known = agents.get(agent);
  if (known !== undefined) return known;
  const judged = isbot(agent);
  if (agent.length > longestKept) return judged;
  if (agents.size >= maxKept) agents = new Map();
  agents.set(agent, judged);
  return judged;
}

function dropInternal({ headers }: Request, { internalAddresses }: TrafficSettings): DropReason | null {
  const address = headers.get('cf-connecting-ip');
  return address && internalAddresses.some((network) => inNetwork(address, network)) ? 'internal' : null;
}
