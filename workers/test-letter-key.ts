/** Where a test letter waits for the queue. */
export function testLetterKey(shop: string, test: string): string {
  return `test-letters/${shop}/${test}.json`;
}
