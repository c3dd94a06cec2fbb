// What `cloudflare:workers` hands to the tests: the Worker's own bindings and exports, and the migrations as data.
import type { D1Migration } from 'cloudflare:test';
import type { Env as WorkerEnv } from '../env.ts';

declare global {
  namespace Cloudflare {
    interface Env extends WorkerEnv {
      AUTH_SECRET: string;
      LINK_SECRET: string;
      SETUP_TOKEN: string;
      MIGRATIONS: D1Migration[];
      /** `host:port` of the mailbox's web page and of the feed; see outside.ts. */
      OUTSIDE_HOST: string;
      /** `host:port` of a server that misbehaves; see odd-server.ts. */
      ODD_HOST: string;
    }
    interface GlobalProps {
      mainModule: typeof import('../index.ts');
    }
  }
}
