// Which pages may post and read the answer: all of them, each by its own name, so that the cookie may travel (Fetch §3.2.5).

/** Headers that let the page that asked read the answer. */
export function corsFor(request: Request): Record<string, string> {
  const origin = request.headers.get('origin');
  return origin === null
    ? { 'access-control-allow-origin': '*' }
    : { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true', vary: 'Origin' };
}

/** The answer to a browser that asks first. */
export function preflight(request: Request): Response {
  return new Response(null, {
    status: 204,
    headers: {
      ...corsFor(request),
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': 'content-type, x-shop-secret, authorization',
      'access-control-max-age': '86400',
    },
  });
}
