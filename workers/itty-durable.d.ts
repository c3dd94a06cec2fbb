// itty-durable ships no types that fit strict code; this is the part that we use.
declare module 'itty-durable' {
  export function createDurable(options?: {
    autoPersist?: boolean;
    autoReturn?: boolean;
  }): new (
    state: DurableObjectState,
    env: unknown,
  ) => DurableObject;
  export function proxyDurable(
    namespace: DurableObjectNamespace,
    options: { name: string; parse: boolean },
  ): { get(name: string): Record<string, (...args: (string | number)[]) => Promise<unknown>> };
}
