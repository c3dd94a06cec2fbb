// Sign-in by better-auth: sessions in a cookie, passwords hashed by scrypt, tries limited, nobody signs up by themselves.
import { account, rateLimit, session, user, verification } from '@winback/db/schema';
import { betterAuth } from 'better-auth';
import { drizzleAdapter } from 'better-auth/adapters/drizzle';
import type { Env } from '../env.ts';
import { databaseOf, settingsOf } from '../env.ts';

export type Auth = ReturnType<typeof makeAuth>;
const made = new WeakMap<Env, Auth>();

export function authOf(env: Env): Auth {
  const known = made.get(env);
  if (known) return known;
  const auth = makeAuth(env, 'closed');
  made.set(env, auth);
  return auth;
}

/** For the setup only: it may make owners. It is never mounted to an address. */
export function makeAuth(env: Env, signUp: 'open' | 'closed') {
  const { AUTH_SECRET: secret, PUBLIC_URL: baseURL, DASHBOARD_URL: dashboard } = settingsOf(env);
  return betterAuth({
    secret,
    baseURL,
    basePath: '/api/auth',
    trustedOrigins: dashboard ? [baseURL, dashboard] : [baseURL],
    database: drizzleAdapter(databaseOf(env), {
      provider: 'sqlite',
      schema: { user, session, account, verification, rateLimit },
    }),
    emailAndPassword: {
      enabled: true,
      disableSignUp: signUp === 'closed',
      minPasswordLength: 10,
      maxPasswordLength: 128,
    },
    session: { expiresIn: 14 * 86_400, updateAge: 86_400 },
    rateLimit: {
      enabled: signUp === 'closed',
      storage: 'database',
      window: 60,
      max: 100,
      customRules: { '/sign-in/email': { window: 60, max: 10 } },
    },
    advanced: { ipAddress: { ipAddressHeaders: ['cf-connecting-ip'] } },
    telemetry: { enabled: false },
  });
}
