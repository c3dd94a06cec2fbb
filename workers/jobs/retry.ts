const baseSeconds = 2;
const maxSeconds = 600;

/** Puts a message back with full jitter, so that what failed together does not come back together. */
export function retryLater(message: { attempts: number; retry(options?: { delaySeconds?: number }): void }): void {
  const ceiling = Math.min(maxSeconds, baseSeconds * 2 ** message.attempts);
  message.retry({ delaySeconds: 1 + Math.floor(Math.random() * ceiling) });
}
