import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';

const secret = () => randomBytes(32).toString('hex');

/** The Worker of wrangler.toml with settings of the tests; `more` are bindings on top. */
function workerd(more: (provided: (key: string) => string) => Record<string, string>) {
  return cloudflareTest(async ({ inject }) => ({
    wrangler: { configPath: '../wrangler.toml' },
    miniflare: {
      bindings: {
        AUTH_SECRET: secret(),
        LINK_SECRET: secret(),
        SETUP_TOKEN: secret(),
        PUBLIC_URL: 'https://winback.test',
        SMTP_HOST: '127.0.0.1',
        SMTP_SECURE: 'false',
        MIGRATIONS: await readD1Migrations('./migrations'),
        ...more((key) => inject<string>(key)),
      },
      // Letters stay in their queue until a test hands them over, or until ten are there.
      queueConsumers: { 'winback-letters': { maxBatchSize: 10, maxBatchTimeout: 60 } },
    },
  }));
}

// itty-durable is CommonJS and modules mixed: workerd takes it bundled.
const deps = {
  optimizer: {
    ssr: {
      enabled: true,
      rolldownOptions: { external: [/^node:/, /^cloudflare:/] },
      include: [
        'itty-durable',
        '@winback/mail > mjml-browser',
        '@winback/mail > liquidjs',
        '@winback/mail > aws4fetch',
        '@winback/catalog > htmlparser2',
        '@winback/catalog > csv-parse/stream',
        '@winback/catalog > entities',
        '@winback/catalog > fflate',
        'better-auth',
        'better-auth/adapters/drizzle',
        'drizzle-orm',
        'drizzle-orm/d1',
        'drizzle-orm/libsql/web',
        'drizzle-orm/sqlite-core',
        'drizzle-orm/batch',
        '@libsql/client/web',
        'zod',
        'hono',
        'hono-openapi',
        'hono/cors',
        'hono/html',
        'hono/factory',
        'hono/http-exception',
        'hono/secure-headers',
        'hono/bearer-auth',
        'postal-mime',
        'ipaddr.js',
        'isbot',
        'crawler-user-agents',
        'top-user-agents',
        'fast-check',
      ],
    },
  },
};

const workers = join(import.meta.dirname, 'workers');
const outside = join(workers, 'test/outside.ts');
const hranaServer = join(workers, 'test/hrana-server.ts');

export default defineConfig({
  test: {
    // What the Worker logs is shown where a test failed.
    silent: 'passed-only',
    projects: [
      {
        test: {
          name: 'node',
          include: ['*.test.ts', 'packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['packages/demo/test/**', 'packages/tracker/test/**', '**/node_modules/**'],
        },
      },
      {
        root: workers,
        plugins: [
          workerd((provided) => ({
            SMTP_PORT: provided('smtpPort'),
            OUTSIDE_HOST: provided('outsideHost'),
            ODD_HOST: provided('oddHost'),
            FEED_ALLOWED_HOSTS: `${provided('outsideHost')}, ${provided('oddHost')}`,
            DNS_QUERY_URL: `http://${provided('oddHost')}/dns-query`,
            PROVIDERS_URL: provided('vendorsOrigin'),
            BOUNCE_DOMAIN: 'bounce.winback.test',
          })),
        ],
        test: {
          name: 'workers',
          testTimeout: 20_000,
          include: ['test/*.test.ts'],
          exclude: ['test/libsql.test.ts'],
          globalSetup: [outside],
          deps,
        },
      },
      {
        root: workers,
        plugins: [
          workerd((provided) => ({
            SMTP_PORT: '1',
            LIBSQL_URL: provided('libsqlUrl'),
            LIBSQL_TOKEN: 'token-of-the-tests',
          })),
        ],
        test: { name: 'workers-libsql', include: ['test/libsql.test.ts'], globalSetup: [hranaServer], deps },
      },
      // These start whole houses: one after the other, when the machine is theirs.
      'packages/tracker/test/vitest.config.ts',
      'packages/demo/test/story/vitest.config.ts',
      'packages/demo/test/kill/vitest.config.ts',
    ],
  },
});
